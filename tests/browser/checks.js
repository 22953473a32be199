// What every page must hold, counted in the page itself. Returns a list of sentences; an empty list is a pass.
(() => {
  const faults = [];
  const clean = (text) => (text || "").replace(/\s+/g, " ").trim();
  const short = (text) => (clean(text).length > 50 ? clean(text).slice(0, 47) + "…" : clean(text));
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // Whether an element or anything around it holds a test, asked once for each element.
  const within = (test) => {
    const known = new Map([[document.documentElement, false], [document.body, false], [null, false]]);
    const ask = (element) => {
      if (!known.has(element)) known.set(element, test(element) || ask(element.parentElement));
      return known.get(element);
    };
    return ask;
  };
  const scrollsInside = within((element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX));
  const scrolls = (element) => scrollsInside(element.parentElement); // inside a region that scrolls by itself
  const onlyHeard = within((element) => { // kept for screen readers, clipped away for the eye
    const style = getComputedStyle(element);
    if (!["absolute", "fixed"].includes(style.position)) return false;
    if (style.clipPath.startsWith("inset(50%") || style.clip.startsWith("rect(")) return true;
    const box = element.getBoundingClientRect();
    return box.right < 0 || box.bottom < 0 || (style.overflow !== "visible" && box.width <= 2 && box.height <= 2);
  });
  const numbers = (text) => clean(text).match(/\d[\d.,]*\d|\d/g) || [];

  // Charts: a role, a name, a description, the same numbers in a table, and with scripts one stop of the keyboard.
  const charts = [...document.querySelectorAll('svg[role="img"], svg[role="application"]')].filter(shown);
  const walk = document.querySelector("#walk:not([hidden])");
  for (const chart of [...charts, ...document.querySelectorAll('div[role="application"]')]) {
    const label = short(chart.getAttribute("aria-label") || chart.querySelector("title")?.textContent);
    const walked = chart.matches("div") || chart.querySelector("[data-at]");
    if (!walk || !walked) continue;
    if (chart.tabIndex !== 0) faults.push(`a chart is out of the keyboard's reach: ${label}`);
    if (chart.getAttribute("role") !== "application") faults.push(`a chart keeps the arrow keys to the screen reader: ${label}`);
    if (!clean(chart.getAttribute("aria-roledescription"))) faults.push(`a chart does not say what it is: ${label}`);
    if (chart.getAttribute("aria-describedby") !== "walk-keys") faults.push(`a chart does not name its keys: ${label}`);
  }
  const tables = [...document.querySelectorAll("table")].map((table) =>
    [...table.querySelectorAll("caption,th,td")].flatMap((cell) => numbers(cell.textContent)),
  );
  for (const chart of charts) {
    const part = (name) => chart.querySelector(`:scope > ${name}`);
    const named = (chart.getAttribute("aria-labelledby") || "").split(/\s+/);
    const title = part("title");
    const desc = part("desc");
    const label = short(title?.textContent) || chart.outerHTML.slice(0, 60);
    if (!clean(title?.textContent)) faults.push(`a chart has no title: ${label}`);
    if (!clean(desc?.textContent)) faults.push(`a chart has no description: ${label}`);
    for (const node of [title, desc]) {
      if (node && !named.includes(node.id)) faults.push(`a chart's <${node.tagName}> is not in its aria-labelledby: ${label}`);
    }
    const told = numbers(desc?.textContent);
    if (!tables.length) faults.push(`no table on the page has the numbers of a chart: ${label}`);
    else if (told.length && !tables.some((cells) => told.some((number) => cells.includes(number)))) {
      faults.push(`no number of the description is in a table: ${label}: ${told.slice(0, 6).join(" ")}`);
    }
  }

  // Ids are unique, and what refers to one finds it.
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const seen = new Set();
  const twice = ids.filter((id) => seen.size === seen.add(id).size);
  if (twice.length) faults.push(`ids stand twice: ${twice.slice(0, 5).join(", ")}`);
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    const target = link.getAttribute("href").slice(1);
    if (target && !document.getElementById(decodeURIComponent(target))) faults.push(`a link leads to no place: #${target}`);
  }

  // Layout: nothing scrolls sideways, no two texts lie on each other, none is cut.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => shown(element) && element.getBoundingClientRect().right > width + 1 && !scrolls(element),
    );
    faults.push(`the page scrolls sideways at ${width} px: ${wide.slice(0, 3).map(path).join("; ")}`);
  }

  // No word of ordinary length is broken: a column is as wide as what stands in it.
  const LONG = 20; // letters from which a word may be too long for any column
  const broken = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || !holder || holder.closest("svg, script, style") || !shown(holder) || onlyHeard(holder)) continue;
    for (const word of node.data.matchAll(/[\p{L}\d]{2,}/gu)) {
      if (word[0].length >= LONG) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(`“${word[0]}” in ${path(holder)}`);
    }
  }
  if (broken.length) faults.push(`words are broken by a narrow column: ${broken.slice(0, 3).join("; ")}`);

  function path(element) {
    const cls = element.getAttribute("class");
    return element.tagName.toLowerCase() + (element.id ? `#${element.id}` : cls ? `.${cls.trim().split(/\s+/).join(".")}` : "");
  }

  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!clean(node.data) || !parent || parent.closest("script,style,title,desc,select,noscript,.modebar") || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const svg = parent.closest("svg");
    if (onlyHeard(parent)) continue;
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue;
      pieces.push({ node, parent, svg: !!svg, left: box.left + 1, right: box.right - 1, top: box.top + box.height * 0.2, bottom: box.bottom - box.height * 0.2, text: short(node.data) });
    }
  }
  pieces.sort((a, b) => a.top - b.top);
  const over = new Set();
  pieces.forEach((a, at) => {
    for (let next = at + 1; next < pieces.length && pieces[next].top < a.bottom; next++) {
      const b = pieces[next];
      if (a.node !== b.node && a.left < b.right && b.left < a.right) over.add(`“${a.text}” and “${b.text}” lie on each other (${path(a.parent)}, ${path(b.parent)})`);
    }
  });
  faults.push(...[...over].slice(0, 6));

  for (const piece of pieces) {
    if (scrolls(piece.parent)) continue;
    if (piece.left < -1 || piece.right > width + 1) faults.push(`“${piece.text}” leaves the page (${path(piece.parent)})`);
    const root = piece.svg && outermost(piece.parent);
    if (root && getComputedStyle(root).overflow !== "visible") {
      const box = root.getBoundingClientRect();
      if (piece.left < box.left - 1 || piece.right > box.right + 1 || piece.top < box.top - 1 || piece.bottom > box.bottom + 1) {
        faults.push(`“${piece.text}” is cut by its drawing (${path(root)})`);
      }
    }
  }
  function outermost(element) {
    let svg = element.closest("svg");
    while (svg?.parentElement?.closest("svg")) svg = svg.parentElement.closest("svg");
    return svg;
  }
  return faults;
})();
