// A little help for people who use the page a lot. Everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const box = document.getElementById("q");

  // --- Completion: actors, sources and words, apart -----------------------------------------------------------------
  const kinds = [["actor", "People and organisations"], ["source", "Sources"], ["word", "Words"]];
  const list = document.createElement("ul");
  list.className = "complete";
  list.id = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Completions");
  list.hidden = true;
  box.parentElement.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) box.setAttribute(name, value);
  let options = [];
  let chosen = -1;
  let typed = box.value;
  let timer = 0;
  let asking = null;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    options = [];
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (to) => {
    if (options[chosen]) options[chosen].setAttribute("aria-selected", "false");
    chosen = to;
    if (!options[chosen]) {
      chosen = -1;
      box.value = typed;
      box.removeAttribute("aria-activedescendant");
      return;
    }
    options[chosen].setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", options[chosen].id);
    box.value = options[chosen].dataset.query;
  };
  const show = (completions) => {
    list.replaceChildren();
    options = [];
    for (const [kind, label] of kinds) {
      const some = completions.filter((c) => c.kind === kind);
      if (some.length === 0) continue;
      const heading = document.createElement("li");
      heading.setAttribute("role", "presentation");
      heading.textContent = label;
      list.append(heading);
      for (const completion of some) {
        const option = document.createElement("li");
        option.id = "completion-" + options.length;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.query = completion.query;
        const text = document.createElement("span");
        text.textContent = completion.text;
        const count = document.createElement("span");
        count.className = "n";
        count.textContent = completion.articles.toLocaleString("en");
        option.append(text, count);
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          box.value = completion.query;
          box.form.requestSubmit();
        });
        list.append(option);
        options.push(option);
      }
    }
    list.hidden = options.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    chosen = -1;
  };
  const ask = async () => {
    if (asking) asking.abort();
    if (box.value.trim().length < 2) return close();
    asking = new AbortController();
    try {
      const answer = await fetch("/v1/suggest?limit=4&q=" + encodeURIComponent(box.value), {signal: asking.signal});
      if (answer.ok && document.activeElement === box) show((await answer.json()).completions);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };
  box.addEventListener("input", () => {
    typed = box.value;
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.value = typed;
      close();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const to = chosen + step;
      choose(to < -1 ? options.length - 1 : to);
    }
  });

  // --- Keys ---------------------------------------------------------------------------------------------------------
  const hits = [...document.querySelectorAll(".hits > li")];
  let here = -1;
  const go = (to) => {
    if (!hits[to]) return;
    if (hits[here]) hits[here].classList.remove("here");
    here = to;
    hits[here].classList.add("here");
    hits[here].querySelector("h2 a").focus({preventScroll: true});
    hits[here].scrollIntoView({block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"});
  };
  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
  };
  const keys = () => {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "keys-title");
    const title = document.createElement("h2");
    title.id = "keys-title";
    title.textContent = "Keys";
    const names = document.createElement("dl");
    for (const [key, what] of [["/", "to the search box"], ["j k", "next and previous hit"], ["Enter", "open the hit"], ["n p", "next and previous page"], ["Esc", "leave"]]) {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      for (const one of key.split(" ")) {
        const cap = document.createElement("kbd");
        cap.textContent = one;
        term.append(cap, " ");
      }
      const meaning = document.createElement("dd");
      meaning.textContent = what;
      row.append(term, meaning);
      names.append(row);
    }
    const done = document.createElement("button");
    done.textContent = "Close";
    done.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(title, names, done);
    document.body.append(dialog);
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest("input, textarea, select, dialog");
    if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      "/": () => { box.focus(); box.select(); },
      j: () => go(here + 1),
      k: () => go(Math.max(0, here - 1)),
      n: () => follow(".pages [rel=next]"),
      p: () => follow(".pages [rel=prev]"),
      "?": keys,
    };
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });

  // --- Brushing the histogram ---------------------------------------------------------------------------------------
  const chart = document.querySelector(".when svg");
  if (chart) {
    const bars = [...chart.querySelectorAll(".hit")];
    const brush = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    brush.setAttribute("class", "brush");
    brush.setAttribute("y", "0");
    brush.setAttribute("height", "72");
    let first = -1;
    let last = -1;
    let moved = false;
    const at = (event) => {
      const place = chart.getBoundingClientRect();
      const share = (event.clientX - place.left) / place.width;
      return Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)));
    };
    const draw = () => {
      const [from, to] = [Math.min(first, last), Math.max(first, last)];
      const width = 640 / bars.length;
      brush.setAttribute("x", String(from * width));
      brush.setAttribute("width", String((to - from + 1) * width));
      chart.append(brush);
    };
    chart.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      first = last = at(event);
      moved = false;
    });
    chart.addEventListener("pointermove", (event) => {
      if (first < 0) return;
      last = at(event);
      if (last !== first && !moved) {
        moved = true;
        chart.setPointerCapture(event.pointerId);
      }
      if (moved) draw();
    });
    const stop = () => {
      first = -1;
      brush.remove();
    };
    chart.addEventListener("pointercancel", stop);
    chart.addEventListener("pointerup", () => {
      if (first < 0) return;
      const [from, to] = [Math.min(first, last), Math.max(first, last)];
      const dragged = moved;
      stop();
      if (!dragged) return;  // a click follows the bar's own link
      const address = new URL(location.href);
      address.pathname = "/search";
      address.searchParams.delete("date");
      address.searchParams.delete("offset");
      address.searchParams.append("date", bars[from].dataset.from + ".." + bars[to].dataset.to);
      location.assign(address);
    });
    chart.addEventListener("click", (event) => {
      if (moved) event.preventDefault();
    }, true);
    chart.addEventListener("dragstart", (event) => event.preventDefault());
  }

  // On a phone the facets come after the hits, folded until asked for.
  const narrow = document.querySelector(".facets details");
  if (narrow && matchMedia("(max-width: 52rem)").matches) {
    narrow.open = location.hash === "#narrow";
    const jump = document.querySelector(".jump");
    if (jump) jump.addEventListener("click", () => { narrow.open = true; });
  }
})();
