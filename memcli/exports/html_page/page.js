"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const view = document.getElementById("view");
  const search = document.getElementById("search");
  const SVG = "http://www.w3.org/2000/svg";
  const AT_ONCE = 60, FEW = 8;

  // ---- Elements. Words of people become text, never markup.
  function el(name, attributes, ...children) {
    const svg = ["svg", "g", "rect", "circle", "line", "text", "title"].includes(name);
    const made = svg ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat()) if (child !== null && child !== undefined) made.append(child);
    return made;
  }
  const count = (n, one, many) => n.toLocaleString("en") + " " + (n === 1 ? one : many);
  const pressed = (handler) => ({ onclick: handler, onkeydown: (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); handler(e); } } });

  // ---- Times: local; at midnight in UTC they are days.
  const isNarrow = () => window.innerWidth < 560;
  const two = (n) => String(n).padStart(2, "0");
  const isDay = (t) => t % 86400 === 0;
  function day(t) {
    if (t === null || t === undefined) return "without a time";
    const at = new Date(t * 1000);
    if (isDay(t)) return at.toISOString().slice(0, 10);
    return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  }
  function moment(t) {
    if (t === null || t === undefined || isDay(t)) return t === null || t === undefined ? "" : day(t);
    const at = new Date(t * 1000);
    return `${day(t)} ${two(at.getHours())}:${two(at.getMinutes())}`;
  }
  const month = (t) => day(t).slice(0, 7);

  // ---- What belongs together.
  const several = data.namespaces.length > 1;
  const turns = data.turns.map(([id, who, session, t, text, pinned, folds]) => ({ id, who: data.speakers[who], session, t, text, pinned, folds }));
  const counted = (some) => some.filter((turn) => !turn.folds).length;
  const sessions = data.sessions.map(([space, name], i) => ({ i, name, space: data.namespaces[space], turns: [], summary: null, tags: [], t: null }));
  for (const turn of turns) {
    const session = sessions[turn.session];
    session.turns.push(turn);
    if (session.t === null) session.t = turn.t;
  }
  for (const [i, text, tags] of data.summaries) Object.assign(sessions[i], { summary: text, tags });
  const shown = sessions.filter((s) => s.turns.length).sort((a, b) => (b.t === null) - (a.t === null) || b.t - a.t);
  const byId = new Map(turns.map((turn) => [turn.id, turn]));

  // ---- Matches: every word that is sought begins some word of a text.
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const wordsOf = (query) => fold(query).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  function patterns(query) {
    return wordsOf(query).map((w) => new RegExp((/^[\x00-\x7f]/.test(w) ? "(?<![\\p{L}\\p{N}])" : "") + escaped(w), "gu"));
  }
  function marked(text, query) {
    const found = query ? patterns(query) : [];
    const folded = fold(text);
    if (!found.length || folded.length !== text.length) return [text];
    const spans = [];
    for (const one of found) for (const hit of folded.matchAll(one)) {
      let end = hit.index + hit[0].length;
      while (end < text.length && /[\p{L}\p{N}]/u.test(text[end]) && /^[\x00-\x7f]/.test(hit[0])) end++;
      spans.push([hit.index, end]);
    }
    spans.sort((a, b) => a[0] - b[0]);
    const parts = [];
    let at = 0;
    for (const [start, end] of spans) {
      if (end <= at) continue;
      if (start > at) parts.push(text.slice(at, start));
      parts.push(el("mark", null, text.slice(Math.max(at, start), end)));
      at = end;
    }
    parts.push(text.slice(at));
    return parts;
  }

  // ---- Parts of views.
  function turnOf(turn, query, here) {
    return el("div", { class: "turn" + (turn.pinned ? " pinned" : "") + (turn.folds ? " fold" : "") + (here ? " here" : ""), title: turn.id },
      el("span", { class: "who" }, turn.folds ? "in place of " + count(turn.folds, "memory", "memories") : turn.who || "unknown"), el("span", { class: "when" }, moment(turn.t)),
      "\n", marked(turn.text, query));
  }
  function titleOf(session) {
    const name = session.name || "single notes";
    return several && !name.startsWith(session.space) ? `${session.space} · ${name}` : name;
  }
  function cardOf(session) {
    const people = [...new Set(session.turns.map((turn) => turn.who).filter(Boolean))];
    const told = session.summary ? el("ul", null, session.summary.split("\n").filter(Boolean).map((line) => el("li", null, line))) : null;
    const details = el("details", null, el("summary", null, "Read " + (counted(session.turns) ? count(counted(session.turns), "turn", "turns") : "the line in their place")));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(...session.turns.map((turn) => turnOf(turn)));
    });
    return el("article", { class: "card", id: "session-" + session.i },
      el("header", null, el("b", null, day(session.t)), el("span", null, people.slice(0, 6).join(", ") + (people.length > 6 ? ", …" : "")), el("span", null, titleOf(session))),
      told, details);
  }
  function statementOf(one, query) {
    const box = el("li", { class: (one.ended ? "ended" : "") + (one.pinned ? " pinned" : ""), title: one.said || null }, marked(one.text, query));
    if (one.ended && !/until|no longer/.test(one.text)) box.append(" (ended)");
    const source = byId.get(one.of);
    if (source) box.append(" ", el("button", { class: "link", onclick: () => open(source) }, day(source.t)));
    return box;
  }
  // Lists of thousands are put on the page some at a time.
  function growing(list, make, into = el("div"), step = AT_ONCE) {
    let at = 0;
    const more = el("button", { class: "more", onclick: () => grow() }, "More");
    function grow() {
      more.remove();
      into.append(...list.slice(at, at + step).map(make));
      at += step;
      if (at < list.length) { more.replaceChildren("More", el("span", null, (list.length - at).toLocaleString("en") + " left")); into.append(more); }
    }
    grow();
    return into;
  }

  // ---- Views.
  function timeline() {
    const months = new Map();
    for (const session of shown) if (session.t !== null) months.set(month(session.t), (months.get(month(session.t)) || 0) + counted(session.turns));
    const list = growing(shown, cardOf);
    return [months.size > 1 ? chart([...months].sort(), (name) => {
      const session = shown.find((s) => s.t !== null && month(s.t) === name);
      const card = () => document.getElementById("session-" + session.i);
      while (!card() && list.querySelector(".more")) list.querySelector(".more").click();
      card().scrollIntoView({ block: "start" });
    }) : null, list];
  }
  function chart(months, go) {
    const [first, last] = [months[0][0], months[months.length - 1][0]];
    const index = (name) => 12 * Number(name.slice(0, 4)) + Number(name.slice(5)) - 1;
    const n = index(last) - index(first) + 1, most = Math.max(...months.map(([, k]) => k));
    const narrow = isNarrow();
    const width = narrow ? 440 : 900, height = 130, step = width / n, every = Math.max(1, Math.ceil(n / (narrow ? 5 : 9)));
    const bars = months.map(([name, k]) => {
      const x = (index(name) - index(first)) * step, size = Math.max(2, (height - 30) * k / most);
      return el("rect", { class: "bar", tabindex: 0, role: "button", "aria-label": `${name}: ${count(k, "turn", "turns")}`, x: x + step * .08, y: height - 20 - size, width: Math.max(1, step * .84), height: size, rx: 2, ...pressed(() => go(name)) },
        el("title", null, `${name}: ${count(k, "turn", "turns")}`));
    });
    const labels = [];
    for (let i = 0; i < n; i += every) {
      const at = index(first) + i, fits = i * step + 50 < width;
      labels.push(el("text", { class: "axis", x: fits ? i * step : width, y: height - 4, "text-anchor": fits ? "start" : "end" }, `${Math.floor(at / 12)}-${two(at % 12 + 1)}`));
    }
    return el("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Turns by month" }, bars, labels);
  }
  const SECTIONS = { person: "Person", home: "Home", work: "Work and education", family: "People", pets: "Pets", health: "Health and food", plans: "Plans", likes: "Likes", skills: "Skills", habits: "Habits", activities: "Activities", things: "Things", events: "Events", other: "Also known" };
  function people() {
    const known = new Map();
    for (const one of data.statements) if (one.fact && one.who) {
      const key = one.space + "\n" + one.who;
      if (!known.has(key)) known.set(key, { name: one.who, space: data.namespaces[one.space], facts: [] });
      known.get(key).facts.push(one);
    }
    const list = [...known.values()].sort((a, b) => b.facts.length - a.facts.length);
    if (!list.length) return [el("p", { class: "quiet" }, "No facts about anybody are known: memcli extract finds them.")];
    return [growing(list, (person) => {
      const card = el("section", { class: "card" }, el("header", null, el("b", null, person.name), el("span", null, several ? person.space : "")));
      for (const [key, heading] of Object.entries(SECTIONS)) {
        const told = person.facts.filter((one) => one.about === key);
        const once = [...new Map(told.map((one) => [one.text, one])).values()].sort((a, b) => (a.ended || 0) - (b.ended || 0));
        if (once.length) card.append(el("h3", null, heading), growing(once, (one) => statementOf(one), el("ul")));
      }
      return card;
    }, el("div", { class: "columns" }))];
  }
  let topic = null;
  function topics() {
    const known = new Map();
    for (const one of data.statements) for (const tag of one.tags || []) {
      if (!known.has(tag)) known.set(tag, { said: [], sessions: [] });
      known.get(tag).said.push(one);
    }
    for (const session of shown) for (const tag of session.tags) {
      if (!known.has(tag)) known.set(tag, { said: [], sessions: [] });
      known.get(tag).sessions.push(session);
    }
    const list = [...known].sort((a, b) => b[1].said.length + b[1].sessions.length - a[1].said.length - a[1].sessions.length);
    if (!list.length) return [el("p", { class: "quiet" }, "There are no topics: memcli extract finds them.")];
    const chosen = known.get(topic) || null;
    const keys = el("div", { class: "tags" }, list.map(([tag, of]) => el("button", { "aria-pressed": String(tag === topic), onclick: () => { topic = tag === topic ? null : tag; draw(); } }, tag, el("span", null, of.said.length + of.sessions.length))));
    if (!chosen) return [keys, el("p", { class: "quiet" }, "Choose a topic to read what was said about it.")];
    const newest = [...chosen.said].sort((a, b) => (b.t || 0) - (a.t || 0));
    return [keys, newest.length ? el("h2", null, "Said about " + topic) : null,
      growing(newest, (one) => { const item = statementOf(one); if (one.who && !one.fact) item.prepend(el("b", null, one.who + ": ")); return item; }, el("ul", { class: "card said" })),
      chosen.sessions.length ? el("h2", null, "Conversations") : null, growing(chosen.sessions, cardOf)];
  }
  function graph() {
    const { nodes, edges } = data.graph;
    if (!nodes.length) return [el("p", { class: "quiet" }, "No names are known: memcli extract and link find them.")];
    const narrow = isNarrow();
    const width = narrow ? 440 : 960, height = narrow ? 620 : 640, left = narrow ? 30 : 60, top = 24;
    const place = ([, , , x, y]) => [left + x * (width - 2 * left), top + y * (height - 2 * top)];
    const most = Math.max(...nodes.map((node) => node[2])), heaviest = Math.max(1, ...edges.map((edge) => edge[2]));
    const lines = edges.map(([a, b, n]) => {
      const [[x1, y1], [x2, y2]] = [place(nodes[a]), place(nodes[b])];
      return el("line", { class: "edge", x1, y1, x2, y2, "stroke-width": 1 + 4 * n / heaviest });
    });
    const kinds = new Set();
    const radius = (node) => 4 + 12 * Math.sqrt(node[2] / most);
    const taken = nodes.map((node) => { const [x, y] = place(node), r = radius(node); return [x - r, y - r, 2 * r, 2 * r]; });
    const meets = ([x, y, w, h]) => x < 0 || x + w > width || taken.some(([a, b, c, d]) => x < a + c && a < x + w && y < b + d && b < y + h);
    // A name stands on a side of its dot where it covers nothing; else it shows when pointed at.
    function labelOf(node) {
      const [x, y] = place(node), r = radius(node), size = node[0].length * 6.6 + 2;
      const sides = [["start", x + r + 3, y], ["end", x - r - 3, y], ["middle", x, y - r - 9], ["middle", x, y + r + 10]];
      for (const [anchor, at, middle] of sides) {
        const box = [at - { start: 0, end: size, middle: size / 2 }[anchor], middle - 7, size, 14];
        if (meets(box)) continue;
        taken.push(box);
        return el("text", { x: at, y: middle + 4, "text-anchor": anchor }, node[0]);
      }
      return null;
    }
    const dots = nodes.map((node, i) => {
      const [name, type, n] = node, [cx, cy] = place(node);
      const kind = ["person", "place", "organization"].includes(type) ? type : "other";
      kinds.add(kind);
      return el("g", { class: "node " + kind, tabindex: 0, role: "button", "aria-label": `${name}, named ${count(n, "time", "times")}`, onmouseenter: () => near(i), onmouseleave: () => near(null), onfocus: () => near(i), onblur: () => near(null), ...pressed(() => seek(name)) },
        el("title", null, `${name}: ${count(n, "time", "times")}`), el("circle", { cx, cy, r: radius(node) }), labelOf(node));
    });
    function near(i) {
      const beside = new Set(edges.filter(([a, b]) => a === i || b === i).flatMap(([a, b]) => [a, b]).concat(i));
      lines.forEach((line, k) => line.classList.toggle("near", i !== null && edges[k].slice(0, 2).includes(i)));
      dots.forEach((dot, k) => dot.classList.toggle("faint", i !== null && !beside.has(k)));
    }
    return [el("p", { class: "quiet" }, "Who and what is named together. Choose a name to read what was said of it."),
      el("p", null, [...kinds].sort().map((kind) => el("span", { class: "key " + kind }, "● " + kind))),
      el("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Graph of names" }, lines, dots)];
  }
  function found(query) {
    const sought = patterns(query), all = [];
    if (!sought.length) return timeline();
    const told = (text) => { const folded = fold(text); return sought.every((one) => { one.lastIndex = 0; return one.test(folded); }); };
    for (const turn of turns) if (told(`${turn.who || ""} ${turn.text}`)) all.push(turn);
    const known = data.statements.filter((one) => one.fact && told(one.text));
    const facts = [...new Map(known.map((one) => [one.text, one])).values()].sort((a, b) => (b.t || 0) - (a.t || 0));
    const n = all.length;
    return [el("p", { class: "quiet" }, n || facts.length ? `${count(n, "turn", "turns")} and ${count(facts.length, "fact", "facts")}, the newest first` : "Nothing was found: every word has to be in it."),
      facts.length ? growing(facts, (one) => statementOf(one, query), el("ul", { class: "card" }), FEW) : null,
      growing(all.reverse(), (turn) => el("article", { class: "card" }, turnOf(turn, query), el("button", { class: "link", onclick: () => open(turn) }, "Read around it")))];
  }
  // One conversation, at one turn of it.
  function conversation(turn) {
    const session = sessions[turn.session], at = session.turns.indexOf(turn);
    const box = el("article", { class: "card" }, el("header", null, el("b", null, day(session.t)), el("span", null, titleOf(session))), session.turns.map((one) => turnOf(one, null, one === turn)));
    requestAnimationFrame(() => { const here = box.querySelector(".here"); if (here && at > 2) here.scrollIntoView({ block: "center" }); });
    return [el("button", { class: "link", onclick: () => history.back() }, "← Back"), box];
  }

  // ---- Moving about.
  const views = { timeline, people, topics, graph };
  const names = { timeline: "Timeline", people: "People", topics: "Topics", graph: "Graph" };
  function open(turn) { location.hash = "turn-" + turn.id; }
  const soughtIn = (query) => "#search=" + encodeURIComponent(query);
  function seek(text) { location.hash = soughtIn(text); }
  function draw() {
    let hash = location.hash.slice(1);
    if (hash.startsWith("search=")) {
      try { hash = decodeURIComponent(hash); } catch { /* as it is */ }
      if (search.value.trim() !== hash.slice(7)) search.value = hash.slice(7);
    }
    const query = search.value.trim();
    const turn = hash.startsWith("turn-") ? byId.get(hash.slice(5)) : null;
    const name = views[hash] ? hash : "timeline";
    const made = turn ? conversation(turn) : query && !views[hash] ? found(query) : views[name]();
    view.replaceChildren(...made.filter(Boolean));
    for (const tab of document.querySelectorAll("nav a")) {
      if (!turn && !(query && !views[hash]) && tab.hash === "#" + name) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
  }
  document.getElementById("tabs").append(...Object.keys(views).map((key) => el("a", { href: "#" + key, onclick: () => { search.value = ""; } }, names[key])));
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const query = search.value.trim();
      history.replaceState(null, "", query ? soughtIn(query) : "#timeline");
      draw();
    }, 120);
  });
  window.addEventListener("hashchange", () => { draw(); if (!location.hash.startsWith("#turn-")) window.scrollTo(0, 0); });
  const times = turns.map((turn) => turn.t).filter((t) => t !== null);
  const span = times.length ? `, ${day(times[0])} to ${day(times[times.length - 1])}` : "";
  document.getElementById("about").textContent = `${count(counted(turns), "turn", "turns")} of ${count(shown.length, "conversation", "conversations")}${span}; as of ${moment(data.now)}. Times in ${Intl.DateTimeFormat().resolvedOptions().timeZone || "local time"}.`;
  const left = Object.entries(data.left_out).map(([what, n]) => `${n.toLocaleString("en")} ${what}`);
  if (left.length) {
    const box = document.getElementById("left-out");
    box.textContent = `There was no room for ${left.join(", ")}: of turns and conversations the newest are here, of statements the most important. memcli export -o all.jsonl has everything.`;
    box.hidden = false;
  }
  draw();
})();
