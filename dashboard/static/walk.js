/* The keyboard in charts: each is one tab stop, arrow keys walk its points, a polite live region reads them.
   The places and words of the points are in the drawing the server made (`data-at`, `<title>`); an interactive chart
   holds the same places as the ids of its points. Nothing is computed here but where the ring goes. */
(function () {
  "use strict";
  var STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };
  var walk = document.getElementById("walk");
  if (!walk) return;
  var ring = walk.querySelector(".ring"), said = walk.querySelector("[role=status]"), here = null;

  function prepare() {
    document.querySelectorAll('svg[role="img"]').forEach(function (chart) {
      if (!stops(chart).length) return;
      // An image would keep the arrow keys to the screen reader; "application" hands them to us.
      chart.setAttribute("role", "application");
      chart.setAttribute("aria-roledescription", walk.dataset.chart);
      chart.setAttribute("aria-describedby", "walk-keys");
      chart.setAttribute("tabindex", "0");
    });
  }
  function stops(chart) {
    var drawn = chart.matches("svg") ? chart : document.getElementById("drawn");
    return [].map.call(drawn.querySelectorAll("[data-at]"), function (mark) {
      var place = mark.dataset.at.split(" ");
      return { mark: mark, at: mark.dataset.at, row: +place[0], along: +place[1] };
    }).sort(function (a, b) { return a.row - b.row || a.along - b.along; });
  }
  function first(all, kind) { return all.find(function (stop) { return stop.mark.classList.contains(kind); }); }
  function next(all, step) { // at first the point of the place the chart is about
    var at = all.findIndex(function (stop) { return here && stop.mark === here.mark; });
    if (at < 0) return first(all, "h") || first(all, "hb") || all[0];
    var rows = all[0].row !== all[all.length - 1].row;
    var row = all.filter(function (stop) { return !rows || stop.row === here.row; });
    if (!rows || step[1]) return row[Math.max(0, Math.min(row.length - 1, row.indexOf(all[at]) + step[0] + step[1]))];
    var beyond = all.filter(function (stop) { return (stop.row - here.row) * step[0] > 0; });
    var nearest = function (stop) { return Math.abs(stop.row - here.row) * 1e6 + Math.abs(stop.along - here.along); };
    return beyond.reduce(function (best, stop) { return nearest(stop) < nearest(best) ? stop : best; }, beyond[0] || here);
  }
  /* Where a point stands in the window: its mark, or the same point of the interactive chart. */
  function spot(chart, stop) {
    var plot = chart.querySelector(".js-plotly-plot");
    if (!plot) return stop.mark.getBoundingClientRect();
    var box = plot.getBoundingClientRect(), x = plot._fullLayout.xaxis, y = plot._fullLayout.yaxis;
    var trace = plot.data.find(function (one) { return (one.ids || []).includes(stop.at); });
    if (!trace) return box;
    var at = trace.ids.indexOf(stop.at);
    return new DOMRect(box.left + x._offset + x.d2p(trace.x[at]) - 5, box.top + y._offset + y.d2p(trace.y[at]) - 5, 10, 10);
  }
  function show(box, text) {
    var left = box.left + scrollX, top = box.top + scrollY, words = said.parentElement;
    walk.classList.add("on");
    said.textContent = text;
    ring.hidden = !text;
    put(ring, left - 4, top - 4);
    ring.style.width = box.width + 8 + "px";
    ring.style.height = box.height + 8 + "px";
    if (text) ring.scrollIntoView({ block: "nearest", behavior: "instant" }); // with room for the words around it
    var room = document.documentElement.clientWidth - words.offsetWidth - 8, below = top + box.height + 10;
    var fits = below + words.offsetHeight < scrollY + innerHeight;
    put(words, Math.max(8, Math.min(left, room)), fits ? below : top - words.offsetHeight - 10);
  }
  function put(element, left, top) {
    element.style.left = left + "px";
    element.style.top = top + "px";
  }
  function leave() {
    here = null;
    said.textContent = "";
    walk.classList.remove("on");
  }
  /* Where the interactive chart takes the place of the drawing, the reader stays in it, at the same point. */
  function follow() {
    var island = document.querySelector(".island"), drawn = document.getElementById("drawn");
    if (!island || !drawn) return;
    new MutationObserver(function (_, watch) {
      if (!island.querySelector(".js-plotly-plot .main-svg")) return;
      watch.disconnect();
      var kept = here;
      if (!drawn.contains(document.activeElement)) return;
      island.querySelector('[role="application"]:not(svg)').focus({ preventScroll: true });
      here = kept;
    }).observe(island, { childList: true, subtree: true });
  }
  function chartOf(event) { return event.target.closest && event.target.closest('[role="application"]'); }

  document.addEventListener("keydown", function (event) {
    var chart = chartOf(event), step = STEPS[event.key];
    if (!chart || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") leave();
    if (!step) return;
    event.preventDefault();
    here = next(stops(chart), step);
    show(spot(chart, here), here.mark.querySelector("title").textContent);
  });
  document.addEventListener("focusin", function (event) {
    var chart = chartOf(event);
    leave();
    if (chart && chart.matches(":focus-visible")) show(chart.getBoundingClientRect(), "");
  });
  document.addEventListener("focusout", leave);
  addEventListener("resize", leave);
  document.addEventListener("patched", function () { leave(); prepare(); });
  walk.hidden = false;
  prepare();
  follow();
})();
