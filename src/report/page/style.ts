/** How the page looks: light and dark, on a phone and on paper. */
export const style = `
:root{color-scheme:light dark;--page:#fff;--ink:#1c2128;--soft:#57606a;--line:#d0d7de;--box:#f6f8fa;--stable:#57606a;--baseline:#0b61c4;--canary:#b35900;--good:#116329;--bad:#b3141f;--open:#7a4d05}
@media (prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3;--soft:#9da7b3;--line:#3d444d;--box:#161b22;--stable:#9da7b3;--baseline:#6cb0ff;--canary:#ffa657;--good:#56d364;--bad:#ff7b72;--open:#e3b341}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:64rem;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.5rem 0}
a{color:var(--baseline)}
:focus-visible{outline:3px solid var(--baseline);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:0;background:var(--page);padding:.5rem}
.verdict{display:inline-block;padding:.1rem .6rem;border:2px solid;border-radius:1rem;font-weight:600}
.pass,.well{color:var(--good)}.fail,.failed{color:var(--bad)}.inconclusive,.no-data,.open{color:var(--open)}
.box{background:var(--box);border:1px solid var(--line);border-radius:.4rem;padding:.75rem 1rem;margin:.75rem 0}
.wide{overflow-x:auto}
table{overflow-wrap:break-word;border-collapse:collapse;width:100%;font-size:.925rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
figure{margin:.75rem 0}
figcaption{font-size:.9rem;color:var(--soft)}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font:13px system-ui,sans-serif}
.axis{stroke:var(--line);fill:none}
.stable{--of:var(--stable)}.baseline{--of:var(--baseline)}.canary{--of:var(--canary)}
path.of{stroke:var(--of);fill:none;stroke-width:2.5;stroke-linecap:round}path.of.baseline,path.of.stable{stroke-dasharray:6 3}
rect.of,path.area{fill:var(--of);stroke:none}
path.area.stable{opacity:.45}
.mark{stroke:var(--ink);stroke-dasharray:3 3;fill:none}
svg text.note{fill:var(--ink);font-weight:600}
.key{list-style:none;padding:0;margin:.25rem 0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem}
.key span{display:inline-block;width:.8rem;height:.8rem;background:var(--of);margin-right:.35rem;border-radius:.15rem}
.bar{width:8rem;height:.5rem;border:1px solid var(--line);border-radius:.25rem}.bar i{display:block;height:100%;background:currentColor}
ol,ul{padding-left:1.4rem}
summary{cursor:pointer;padding:.25rem 0}
time{font-variant-numeric:tabular-nums;white-space:nowrap}
@media (max-width:36rem){svg text{font-size:22px}table{font-size:.8rem}th,td{padding-right:.4rem}.bar{width:4rem}}
@media print{details>*{display:block}}
`;
