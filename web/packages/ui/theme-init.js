// SPDX-License-Identifier: Apache-2.0
// Before the first paint: the colour scheme that was chosen, or the system's.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('lockstep-scheme');
  } catch {
    // No storage, no choice.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
