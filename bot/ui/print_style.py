"""How the printed page of a course looks: on paper, on a wide screen and on a phone, by day and by night."""

from __future__ import annotations

# Contrast of text and marks is at least 4.5:1 in both schemes (WCAG 2.2, success criterion 1.4.3).
STYLE = """
:root {
  --page: #fff; --text: #1b1d21; --soft: #565b64; --line: #cfd3da; --key: #f3f6f4; --accent: #1f6b45; --link: #1a4f9c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181c; --text: #e9eaed; --soft: #a9aeb8; --line: #3c4048; --key: #1e2522; --accent: #7fd0a5; --link: #9dc1fa;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 46rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; overflow-wrap: break-word;
}
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--page); }
.skip:focus { left: 1rem; top: .5rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 2rem; margin: .5rem 0; }
h2 { font-size: 1.4rem; margin: 3rem 0 .5rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.1rem; margin: 0 0 .6rem; text-wrap: pretty; }
nav h2 { margin-top: 2rem; }
nav li { padding: .15rem 0; }
nav a { display: inline-block; padding: .2rem 0; }
.count, .task, figcaption, .why { color: var(--soft); }
article { margin: 2rem 0; }
.number { color: var(--soft); font-variant-numeric: tabular-nums; }
.task { margin: 0 0 .4rem; font-style: italic; }
ol { margin: .4rem 0; padding-left: 2rem; }
article li { margin: .25rem 0; }
.lettered { list-style-type: upper-alpha; }
.lettered ::marker, .numbered ::marker { font-weight: bold; }
.numbered + .lettered { margin-top: 1rem; }
.mark { color: var(--accent); font-weight: bold; white-space: nowrap; }
.why { display: block; font-size: .9rem; }
.gap { letter-spacing: .05em; white-space: nowrap; }
.blank { display: flex; gap: .75rem; margin-top: 1.25rem; }
.blank span { flex: 1; border-bottom: 1px solid var(--soft); }
.key { margin-top: .9rem; padding: .7rem 1rem; border-left: 4px solid var(--accent); background: var(--key); }
.key p { margin: .35rem 0; }
figure { margin: .8rem 0; }
.key > :last-child { margin-bottom: .2rem; }
blockquote { margin: 0; padding-left: .9rem; border-left: 3px solid var(--line); }
blockquote p { margin: 0; }
figcaption { margin-top: .25rem; padding-left: calc(.9rem + 3px); font-size: .875rem; }
figcaption::before { content: "— "; }
@media (max-width: 30rem) {
  body { padding: 1rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  h2 { font-size: 1.25rem; }
  ol { padding-left: 1.6rem; }
  .key { margin-inline: -.25rem; padding: .6rem .8rem; }
}
@media print {
  :root {
    --page: #fff; --text: #000; --soft: #444; --line: #999; --key: #fff; --accent: #000; --link: #000;
  }
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; line-height: 1.4; }
  .skip, nav { display: none; }
  a { text-decoration: none; }
  section + section { break-before: page; }
  article { margin: 1.2rem 0; }
  h2, h3, .task, .numbered, .key > :first-child { break-after: avoid; }
  figure, h3, ol, .paper article { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
}
"""
