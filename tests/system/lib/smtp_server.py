# SPDX-License-Identifier: Apache-2.0
"""A mail server for tests, on a free port of loopback, made of Debian's python3-aiosmtpd.

    smtp_server.py [--tls starttls|implicit] [--cert FILE --key FILE] [--auth USER:PASSWORD]

Prints one line of JSON with its port, then one for each mail that it took. Ends with its standard
input. What a receiver's name begins with says what becomes of the mail: "refused" 550, "busy" 451
always, "later" 451 the first time, "nobody" 550 to the text, "slow" no answer at all.
"""
import argparse
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    def __init__(self):
        self.asked = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 No such user here"
        if address.startswith("busy"):
            return "451 4.3.0 Come again later"
        if address.startswith("later") and address not in self.asked:
            self.asked.add(address)
            return "451 4.7.1 Greylisted: come again"
        if address.startswith("slow"):
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("nobody"):
            return "554 5.7.1 Not this text"
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "message": envelope.content.decode("utf-8", "replace"),
            "encrypted": session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            "authenticated": bool(session.authenticated),
        })
        return "250 OK"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", choices=["starttls", "implicit"])
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--auth")
    parser.add_argument("--port", type=int, default=0)
    return parser.parse_args()


async def main():
    options = arguments()
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)

    def authenticate(server, session, envelope, mechanism, given):
        right = (given.login + b":" + given.password).decode() == options.auth
        return AuthResult(success=right, handled=False)

    handler = Handler()

    def factory():
        return SMTP(
            handler,
            hostname="mail.example.org",
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            authenticator=authenticate if options.auth else None,
            auth_required=bool(options.auth),
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        factory, "127.0.0.1", options.port, ssl=context if options.tls == "implicit" else None)
    say({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
