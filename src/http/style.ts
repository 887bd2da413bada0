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
h1 { margin: 0 0 .375rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.02em }
p { margin: 0 0 1rem }
.quiet { color: var(--quiet) }
.error { padding: .75rem 1rem; border-left: 4px solid var(--bad); border-radius: .375rem; background: var(--bad-page); color: var(--bad) }
label { display: block; margin: 1rem 0 .375rem; font-weight: 550 }
input {
  width: 100%; padding: .6875rem .75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .5rem;
}
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
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
@media (max-width: 28rem) {
  body { padding: 0; place-items: stretch }
  main { max-width: none; border: 0; border-radius: 0; box-shadow: none; padding: 1.5rem }
}
form + p { margin-top: 1rem }
`
