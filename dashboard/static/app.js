/* Makes the page's own form live. Without this file every control still works as a link or a GET form.
   A change of the form becomes a query; Dash's server callback answers with the figure, the re-made parts of the page
   and the state's one address, which goes into the address bar: a link restores the state and "back" works. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-live-form]");
  var PAUSE = 80;      // milliseconds without another movement, after which a slider or number is answered
  var GESTURE = 1000;  // movements closer together are one step of the history
  var step = false, last = 0, timer = 0;
  var explore = document.querySelector("button.explore");
  var later = (document.currentScript.dataset.later || "").split(" ").filter(Boolean);
  function query() {
    var values = new URLSearchParams(), places = [];
    new FormData(form).forEach(function (value, key) {
      if (!value) return;
      if (key === "places") places.push(value); else values.set(key, value);
    });
    if (places.length) values.set("places", places.join(","));
    var sort = new URLSearchParams(location.search).get("sort"); // chosen by a link
    if (sort) values.set("sort", sort); else values.delete("sort");
    return values.toString();
  }
  function prefers(what) { return window.matchMedia("(" + what + ")").matches; }
  function state(search, first) {
    var theme = document.documentElement.dataset.theme || (prefers("prefers-contrast: more") ? "contrast" :
      prefers("prefers-color-scheme: dark") ? "dark" : "light");
    return { path: location.pathname, query: search, first: first, theme: theme,
      narrow: prefers("max-width: 35rem"), chart: Boolean(window.Plotly && window.dash_core_components) };
  }
  function ask(search, push) {
    step = step || push;
    window.dash_clientside.set_props("state", { data: state(search, false) });
  }
  function moved(event) {
    var field = event.target, shown = field.nextElementSibling;
    if (!gradual(field)) return;
    if (shown && shown.tagName === "OUTPUT") shown.value = Number(field.value).toLocaleString(document.documentElement.lang);
    clearTimeout(timer);
    timer = setTimeout(function () {
      ask(query(), Date.now() - last > GESTURE);
      last = Date.now();
    }, PAUSE);
  }
  function gradual(field) { return field.type === "range" || field.type === "number"; }
  function patch(parts) {
    var here = location.pathname + location.search, self = (parts.links || {}).self;
    if (self && self !== here) {
      history[step ? "pushState" : "replaceState"]({}, "", self);
      step = false;
    }
    var focused = document.activeElement.id;
    Object.keys(parts.html || {}).forEach(function (id) {
      var old = document.getElementById(id);
      if (old) old.innerHTML = parts.html[id];
    });
    Object.keys(parts.links || {}).forEach(function (name) {
      document.querySelectorAll('a[data-link="' + name + '"]').forEach(function (a) { a.href = parts.links[name]; });
    });
    var again = focused && document.activeElement.id !== focused && document.getElementById(focused);
    if (again) again.focus(); // the link that was followed is made anew
    if (parts.title) document.title = parts.title;
    document.dispatchEvent(new Event("patched"));
    return "";
  }
  // The chart is in the page and can be read; what zooms it weighs more than all the rest. A phone, or a reader who
  // saves data, is asked first.
  function interact() {
    var left = later.length, drawn = document.querySelector('#drawn [tabindex="0"]');
    if (explore) {
      if (document.activeElement === explore && drawn) drawn.focus({ preventScroll: true }); // the button goes
      explore.hidden = true;
    }
    later.splice(0).forEach(function (url) {
      var script = document.createElement("script");
      script.src = url;
      script.async = false;
      script.onload = function () {
        if (!--left) window.dash_clientside.set_props("state", { data: state(location.search.slice(1), true) });
      };
      document.head.append(script);
    });
  }
  function offer() {
    if (!later.length) return;
    var saves = navigator.connection && navigator.connection.saveData;
    if (!prefers("max-width: 35rem") && !saves) { interact(); return; }
    explore.hidden = false;
    explore.addEventListener("click", interact);
  }
  function start() {
    if (!form || form.dataset.started) return;
    form.dataset.started = "1";
    form.classList.add("live");
    form.addEventListener("input", moved);
    form.addEventListener("change", function (event) { if (!gradual(event.target)) ask(query(), true); });
    form.addEventListener("submit", function (event) { event.preventDefault(); ask(query(), true); });
    ["max-width: 35rem", "prefers-color-scheme: dark"].forEach(function (what) {
      window.matchMedia("(" + what + ")").addEventListener("change", function () { ask(location.search.slice(1), false); });
    });
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[data-live]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      ask(link.search.slice(1), true);
    });
    window.addEventListener("popstate", function () { location.reload(); });
  }
  window.four_pillars = { Store: function () { return null; } };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.pillars = {
    mounted: function () {
      start();
      offer();
      return window.dash_clientside.no_update;
    },
    patch: function (parts) { return parts ? patch(parts) : ""; }
  };
})();
