// <dateline-search endpoint="https://search.example.org" query="sanctions" limit="5"></dateline-search>
// A search in a page of another site, whose origin the service allows (--allow-origin). It takes fonts and colours from
// the page around it; --dateline-accent, --dateline-rule, --dateline-faint and --dateline-mark change the rest.
(() => {
  "use strict";
  const style = `
    :host { display: block; font: inherit; color: inherit; }
    * { box-sizing: border-box; }
    form { display: flex; border: 1px solid var(--dateline-rule, currentColor); border-radius: 4px; }
    input { flex: 1; min-width: 0; border: 0; background: transparent; color: inherit; font: inherit; padding: .45em .65em; }
    button { border: 0; background: var(--dateline-accent, #0b4f6c); color: #fff; font: inherit; font-weight: 600; padding: 0 1em; cursor: pointer; }
    :focus-visible { outline: 3px solid var(--dateline-accent, #0b4f6c); outline-offset: 1px; }
    [role=status] { margin: .6em 0; font-size: .875em; opacity: .85; }
    ol { list-style: none; margin: 0; padding: 0; }
    li { border-top: 1px solid var(--dateline-rule, rgb(128 128 128 / .4)); padding: .7em 0; }
    .meta { font-size: .8125em; margin: 0; color: var(--dateline-faint, inherit); }
    h3 { font-size: 1.1em; line-height: 1.25; margin: .15em 0 .25em; }
    h3 a { color: inherit; text-decoration: none; } h3 a:hover { text-decoration: underline; }
    .snip { margin: 0; font-size: .9375em; line-height: 1.5; }
    mark { background: var(--dateline-mark, #fdeeb0); color: #1b1a17; border-radius: 2px; }
    @media (prefers-color-scheme: dark) { mark { background: var(--dateline-mark, #5b4a12); color: inherit; } }
  `;

  /** A text with the places in it marked; places count code points. */
  const marked = (text, marks) => {
    const letters = [...text];
    const out = document.createDocumentFragment();
    let done = 0;
    for (const [begin, end] of marks) {
      const mark = document.createElement("mark");
      mark.textContent = letters.slice(begin, end).join("");
      out.append(letters.slice(done, begin).join(""), mark);
      done = end;
    }
    out.append(letters.slice(done).join(""));
    return out;
  };

  class DatelineSearch extends HTMLElement {
    static observedAttributes = ["query", "endpoint", "limit"];
    #root = this.attachShadow({mode: "open"});
    #form = document.createElement("form");
    #input = document.createElement("input");
    #status = document.createElement("p");
    #list = document.createElement("ol");
    #asking = null;

    constructor() {
      super();
      // A constructed sheet: the host page's policy may forbid inline styles.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      this.#root.adoptedStyleSheets = [sheet];
      const button = document.createElement("button");
      button.textContent = "Search";
      this.#form.setAttribute("role", "search");
      this.#input.type = "search";
      this.#input.setAttribute("aria-label", "Search the news archive");
      this.#input.placeholder = "Search the news archive";
      this.#status.setAttribute("role", "status");
      this.#form.append(this.#input, button);
      this.#root.append(this.#form, this.#status, this.#list);
      this.#form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.setAttribute("query", this.#input.value);
      });
    }

    attributeChangedCallback() {
      if (this.isConnected) this.search();
    }
    connectedCallback() {
      this.search();
    }

    get #endpoint() {
      return new URL(this.getAttribute("endpoint") || ".", document.baseURI);
    }

    /** Asks for what the attribute "query" says and shows the answer. Fires "dateline-result" with it. */
    async search() {
      const query = (this.getAttribute("query") || "").trim();
      this.#input.value = query;
      if (this.#asking) this.#asking.abort();
      if (query === "") {
        this.#status.textContent = "";
        this.#list.replaceChildren();
        return;
      }
      this.#asking = new AbortController();
      const address = new URL("/v1/search", this.#endpoint);
      address.searchParams.set("q", query);
      address.searchParams.set("limit", this.getAttribute("limit") || "5");
      for (const filter of ["source", "section", "lang", "date"]) {
        if (this.hasAttribute(filter)) address.searchParams.append(filter, this.getAttribute(filter));
      }
      try {
        const answer = await fetch(address, {signal: this.#asking.signal});
        const body = await answer.json();
        if (!answer.ok) {
          this.#status.textContent = body.detail;
          this.#list.replaceChildren();
          return;
        }
        this.#show(body);
        this.dispatchEvent(new CustomEvent("dateline-result", {detail: body, bubbles: true, composed: true}));
      } catch (error) {
        if (error.name !== "AbortError") this.#status.textContent = "The archive cannot be reached at the moment.";
      }
    }

    #show(body) {
      this.#status.textContent = body.total.toLocaleString("en") + (body.total === 1 ? " article" : " articles");
      this.#list.replaceChildren(...body.hits.map((hit) => {
        const item = document.createElement("li");
        const meta = document.createElement("p");
        meta.className = "meta";
        meta.textContent = [hit.source, hit.date, hit.section].filter(Boolean).join(" · ");
        const heading = document.createElement("h3");
        const link = document.createElement("a");
        const address = new URL("/article", this.#endpoint);
        address.searchParams.set("id", hit.id);
        address.searchParams.set("q", body.query);
        link.href = address.href;
        link.append(marked(hit.title || "Without a headline", hit.highlights.title));
        if (hit.lang) heading.lang = hit.lang;
        heading.append(link);
        const snippet = document.createElement("p");
        snippet.className = "snip";
        if (hit.lang) snippet.lang = hit.lang;
        snippet.append(marked(hit.snippet, hit.highlights.snippet));
        item.append(meta, heading, snippet);
        return item;
      }));
    }
  }
  customElements.define("dateline-search", DatelineSearch);
})();
