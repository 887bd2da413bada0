/** The look of all pages. Its hash stands in their Content-Security-Policy. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f4f5f9, #12141b);
  --card: light-dark(#fff, #1b1e28);
  --text: light-dark(#1a1d29, #e9ebf3);
  --quiet: light-dark(#565d73, #a3aac0);
  --line: light-dark(#868da3, #6c738a);
  --edge: light-dark(#e1e4ee, #2b3040);
  --accent: light-dark(#3f5bd9, #8aa0ff);
  --on-accent: light-dark(#fff, #10131d);
  --bad: light-dark(#b3261e, #ffb4ab);
  --bad-page: light-dark(#fdecea, #3b1a18);
  --warn: light-dark(#7a4300, #ffcc8a);
  --warn-page: light-dark(#fff2df, #38270f);
  --soft: light-dark(#f4f5f9, #232733);
  --tint: light-dark(#eaeefd, #262d4d);
}
* { box-sizing: border-box }
body {
  margin: 0; min-height: 100dvh; padding: 1.25rem;
  display: grid; place-items: center;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
}
main {
  width: 100%; max-width: 25rem; padding: 2rem;
  background: var(--card); border: 1px solid var(--edge); border-radius: 1rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .08);
}
.brand { display: flex; align-items: center; gap: .625rem; margin: 0 0 1.5rem; font-weight: 650; letter-spacing: -.01em }
h1 { margin: 0 0 .375rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.02em; text-wrap: balance }
p { margin: 0 0 1rem }
.quiet { color: var(--quiet) }
.error { padding: .75rem 1rem; border-left: 4px solid var(--bad); border-radius: .375rem; background: var(--bad-page); color: var(--bad) }
label { display: block; margin: 1rem 0 .375rem; font-weight: 550 }
.wide { max-width: 30rem; overflow-wrap: anywhere }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; line-height: 1.4 }
input, select, textarea {
  width: 100%; padding: .6875rem .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
}
input + p { margin-top: .5rem }
textarea { display: block; min-height: 5.5rem; resize: vertical }
button, .button {
  display: block; width: 100%; margin-top: 1.5rem; padding: .75rem 1rem;
  border: 1px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--on-accent);
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover { filter: brightness(1.08) }
.second { margin-top: .75rem; background: transparent; color: var(--accent) }
.or { margin: 1.5rem 0 0; text-align: center; color: var(--quiet) }
a { color: var(--accent) }
.plain {
  display: inline; width: auto; margin: 0; padding: 0; border: 0; background: none;
  color: var(--accent); font-weight: inherit; text-align: start; text-decoration: underline;
}
.small { font-size: .875rem }
.note { padding: .75rem 1rem; border-left: 4px solid var(--warn); border-radius: .375rem; background: var(--warn-page); color: var(--warn) }
.logo {
  position: relative; display: grid; place-items: center; width: 3.5rem; height: 3.5rem; margin-bottom: 1rem; overflow: hidden;
  border: 1px solid var(--edge); border-radius: .875rem; background: var(--tint); color: var(--accent); font-size: 1.5rem; font-weight: 650;
}
/* No width or height: with those, Chromium frames a logo that does not load. */
.logo img { position: absolute; inset: 0; min-width: 100%; max-width: 100%; min-height: 100%; max-height: 100%; object-fit: contain; background: var(--card) }
.scopes, .rows { margin: 0; padding: 0; list-style: none; border: 1px solid var(--edge); border-radius: .625rem; overflow: hidden }
.scopes li { padding: .625rem .875rem }
.scopes li + li, .rows li + li, .facts div + div { border-top: 1px solid var(--edge) }
.left-out { margin: 0; padding-left: 1.25rem }
.scopes code, .left-out code { display: block; color: var(--quiet); font-size: .8125rem }
.badge {
  display: inline-block; margin-right: .125rem; padding: 0 .5rem; border-radius: 1rem;
  background: var(--tint); color: var(--accent); font-size: .75rem; font-weight: 600; line-height: 1.375rem;
}
.badge.warn { background: var(--warn-page); color: var(--warn) }
.rows button {
  display: flex; gap: 1rem; justify-content: space-between; align-items: center; margin: 0; padding: .875rem;
  border: 0; border-radius: 0; background: none; color: inherit; text-align: start;
}
.rows button:hover { background: var(--soft); filter: none }
.rows button:focus-visible { outline-offset: -3px; border-radius: .625rem }
.rows small { color: var(--quiet); font-size: .875rem; font-weight: 400; white-space: nowrap }
.facts { margin: 1.5rem 0; padding: .25rem .875rem; border-radius: .625rem; background: var(--soft); font-size: .9375rem }
h2 + .facts { margin-top: 0 }
.facts div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .75rem; padding: .625rem 0 }
.facts div:has(select) { grid-template-columns: minmax(0, 1fr); gap: .25rem }
.facts dt, .facts label { margin: 0; color: var(--quiet); font-weight: 400 }
.facts dd { margin: 0; white-space: pre-line }
.facts dd form { white-space: normal }
.pick { display: flex; gap: .5rem }
.pick select { flex: 1; min-width: 0; padding: .375rem .5rem }
.pick button { width: auto; margin: 0; padding: .375rem .75rem }
.code { display: block; margin: 1rem 0; padding: 1rem; border-radius: .625rem; background: var(--soft); text-align: center }
.code, .code-input { font-family: ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace; font-size: 1.5rem; letter-spacing: .12em; text-transform: uppercase }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
@media (max-width: 28rem) {
  body { padding: 0; place-items: stretch }
  main { max-width: none; border: 0; border-radius: 0; box-shadow: none; padding: 1.5rem }
}
form + p { margin-top: 1rem }
`
