-- SPDX-License-Identifier: Apache-2.0
-- For wrk: each thread sends the bodies of its own file, a line for each log-in, in order.
-- Without a file every request is GET /healthz, the static answer to compare with.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local folder, key = args[1], args[2]
  if not folder then
    request = function() return wrk.format("GET", "/healthz") end
    return
  end
  local headers = { ["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json" }
  local lines = io.lines(folder .. "/bodies-" .. number)
  request = function()
    -- Out of codes: the check of the totals fails, rather than the speed of refusals being measured.
    return wrk.format("POST", "/api/v1/authenticate", headers, lines() or "out of codes")
  end
end
