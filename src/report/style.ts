// The report's style sheet: dark and light, paper, no fonts from elsewhere.

/** Drawings and their legends, the same in report and page. */
export const DRAWING_CSS = `svg{display:block;width:100%;height:auto;overflow:visible}
svg.swatch{display:inline-block;width:22px;height:15px;vertical-align:-2px;margin-right:.45em;overflow:hidden}
svg.bar{display:inline-block;width:160px;color:var(--soft)}
svg text{fill:currentColor;font-family:system-ui,sans-serif}
svg text.in{fill:#111;pointer-events:none;stroke-width:3px;paint-order:stroke;stroke-linejoin:round}
svg .box{fill:#000;fill-opacity:0;stroke-width:.6}
svg a .name{text-decoration:underline dotted}
svg .name{font-size:11px}
svg .group{font-weight:600}
svg .axis{font-size:11px;fill:var(--soft)}
svg .tick{stroke:var(--soft)}
svg .hole{fill:var(--bg);fill-opacity:.01;stroke:var(--line);stroke-dasharray:2 3}
svg .box:hover{stroke-width:2}
.legend{display:flex;flex-wrap:wrap;gap:.25em 1.4em;margin:.4em 0;padding:0;list-style:none;font-size:.92em}
.legends{display:grid;grid-template-columns:minmax(7.5em,max-content) 1fr;gap:.1em 1em;margin:.6em 0 1em;font-size:.92em}
.legends dt{font-weight:400;color:var(--soft)}
.legends .legend{margin:0;font-size:1em}`;

/** Where a table has no room, each row is a block of its own, a line for each cell. */
export const NARROW_TABLES = `@media screen and (max-width:600px){
[role=table],[role=table] caption,[role=table] tbody,[role=table] tr,[role=table] td{display:block;width:auto}
[role=table] thead{display:none}
[role=table] tr{border:1px solid var(--line);border-radius:4px;padding:.3em .6em;margin:.4em 0}
[role=table] td,[role=table] td.n{overflow:hidden;text-align:right;white-space:normal;overflow-wrap:anywhere;border:0;padding:.1em 0}
[role=table] td:empty,[role=table] td:has(.bar){display:none}
[role=table] td::before{content:attr(data-head);color:var(--soft);float:left;max-width:50%;text-align:left;margin-right:.8em}
}`;

export const REPORT_CSS = `
:root{color-scheme:light dark;--bg:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--card:#f6f8fa;--mark:#fff3c4;--warn:#9a3412;--link:#0b5cad;--plus:#ddf4e0;--minus:#fbe3e0}
@media (prefers-color-scheme:dark){:root{--bg:#12161b;--ink:#e6edf3;--soft:#9aa6b2;--line:#30363d;--card:#1a2027;--mark:#4a3d10;--warn:#f0a070;--link:#7db8f5;--plus:#16351f;--minus:#472320}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:24px 28px 48px;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.7em;line-height:1.2;margin:0 0 .3em}
h2{font-size:1.25em;margin:2em 0 .4em;border-bottom:1px solid var(--line);padding-bottom:.2em}
h3{font-size:1.02em;margin:1.2em 0 .3em}
p{margin:.4em 0 .8em;max-width:80ch}
.lead{font-size:1.08em}
nav ul{display:flex;flex-wrap:wrap;gap:.2em 1.2em;margin:.8em 0;padding:0;list-style:none;font-size:.93em}
.runs{display:grid;gap:0 28px}
.runs.two{grid-template-columns:1fr 1fr}
.runs>*{min-width:0}
.note,figcaption{color:var(--soft);font-size:.92em}
figure{margin:.6em 0 1.2em}
${DRAWING_CSS}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.lanes{color:var(--ink)}
.chart{color:var(--ink)}
.pieces{margin:.4em 0;padding:0;list-style:none;font-size:.92em}
.pieces li{display:none;white-space:pre-line;overflow-wrap:anywhere;scroll-margin-top:16em;padding:.5em .8em;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--link)}
.pieces li:target,.all-pieces[open]+.pieces li{display:block}
.all-pieces[open]+.pieces li:not(:target){padding:.15em .8em;border-width:0 0 1px;background:none}
.walk{display:none}
.pieces li:target .walk{display:flex;gap:1.5em;margin-top:.3em}
.figure-scroll,.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.92em;margin:.4em 0 1em}
caption{text-align:left;color:var(--soft);padding-bottom:.3em}
th,td{padding:.22em .8em .22em 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{font-weight:600;vertical-align:bottom}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
pre{margin:0;padding:.6em .8em;background:var(--card);border:1px solid var(--line);font:12px/1.45 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;max-height:36em;overflow-y:auto}
pre mark{background:var(--mark);color:inherit}
pre.changes{max-height:24em}
pre ins,pre del{text-decoration:none}
pre ins{background:var(--plus)}
pre del{background:var(--minus)}
pre .more{color:var(--soft);font-style:italic}
dl.glossary{display:grid;grid-template-columns:minmax(11em,max-content) 1fr;gap:.25em 1.2em;margin:.4em 0}
dt{font-weight:600}
dd{margin:0}
ul.warnings{padding-left:1.2em}
ul.warnings li::marker{color:var(--warn)}
footer{margin-top:3em;color:var(--soft);font-size:.88em;border-top:1px solid var(--line);padding-top:.6em}
@media (max-width:800px){.runs.two{grid-template-columns:1fr}dl.glossary{grid-template-columns:1fr}.figure-scroll svg{min-width:760px}}
${NARROW_TABLES}
@media print{
@page{size:A4 landscape;margin:12mm}
:root{--bg:#fff;--ink:#000;--soft:#333;--line:#999;--card:#fff;--mark:#eee;--warn:#000;--link:#000;--plus:#eee;--minus:#fff;color-scheme:light}
body{max-width:none;padding:0;font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
h2,h3,h2+p,h3+p,figure>p{break-after:avoid}
tr,li,svg{break-inside:avoid}
svg.lanes{max-height:150mm}
.pieces,details:not([open]),nav{display:none}
pre{max-height:none;overflow:visible;font-size:7.5pt}
pre mark{font-weight:700}
}
`;
