/* Makes the page's own form live. Without this file every control still works as a link or a GET form.
   A change of the form becomes a query; Dash's server callback answers with the figure and the re-made parts of the
   page; the query goes into the address bar, so a link restores the state and "back" works. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-live-form]");
  function query() {
    var values = new URLSearchParams(), places = [];
    new FormData(form).forEach(function (value, key) {
      if (!value) return;
      if (key === "places") places.push(value); else values.set(key, value);
    });
    if (places.length) values.set("places", places.join(","));
    return values.toString().replace(/%2C/g, ",").replace(/%2E/g, ".");
  }
  function prefers(what) { return window.matchMedia("(" + what + ")").matches; }
  function state(search, first) {
    var theme = document.documentElement.dataset.theme || (prefers("prefers-contrast: more") ? "contrast" :
      prefers("prefers-color-scheme: dark") ? "dark" : "light");
    return { path: location.pathname, query: search, first: first, theme: theme, narrow: prefers("max-width: 35rem") };
  }
  function ask(search, push) {
    if (push) history.pushState({}, "", location.pathname + (search ? "?" + search : ""));
    window.dash_clientside.set_props("state", { data: state(search, false) });
  }
  function patch(parts) {
    Object.keys(parts.html || {}).forEach(function (id) {
      var old = document.getElementById(id);
      if (old) old.innerHTML = parts.html[id];
    });
    Object.keys(parts.links || {}).forEach(function (name) {
      document.querySelectorAll('a[data-link="' + name + '"]').forEach(function (a) { a.href = parts.links[name]; });
    });
    if (parts.title) document.title = parts.title;
    document.dispatchEvent(new Event("patched"));
    return "";
  }
  function start() {
    if (!form || form.dataset.started) return;
    form.dataset.started = "1";
    form.classList.add("live");
    form.addEventListener("change", function () { ask(query(), true); });
    form.addEventListener("submit", function (event) { event.preventDefault(); ask(query(), true); });
    ["max-width: 35rem", "prefers-color-scheme: dark"].forEach(function (what) {
      window.matchMedia("(" + what + ")").addEventListener("change", function () { ask(location.search.slice(1), false); });
    });
    window.addEventListener("popstate", function () { location.reload(); });
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.pillars = {
    mounted: function () {
      start();
      // Without the chart library the page has no interactive chart: nothing to ask the server for yet.
      return window.Plotly ? state(location.search.slice(1), true) : window.dash_clientside.no_update;
    },
    patch: function (parts) { return parts ? patch(parts) : ""; }
  };
})();
