/** The looks of every page: one column on a phone, colours by meaning, dark where the reader's system is. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6575;--paper:#fff;--line:#d5dae2;--card:#f5f7fa;--good:#1b7a43;--bad:#c62a2a;--warn:#9a4f00;--plain:#3566b8;--goodfill:#e6f6ec;--badfill:#fdeaea;--warnfill:#fff4e2}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf2;--soft:#9aa5b5;--paper:#14181f;--line:#3a4350;--card:#1d232d;--good:#56d288;--bad:#ff7b72;--warn:#f0a34a;--plain:#7fb0ff;--goodfill:#17301f;--badfill:#3d1d1f;--warnfill:#382a17}}
*{box-sizing:border-box}body{margin:0;padding:clamp(1rem,4vw,2.5rem);background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:1040px;margin:auto}main.wide{max-width:1500px}h1{margin:0;font-size:1.6rem}h2{margin:2.2rem 0 .6rem;font-size:1.15rem}h3{margin:0 0 .5rem;font-size:1rem}* + h3{margin-top:1.2rem}
p{margin:.3rem 0}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.plain{color:var(--plain)}b{font-weight:600}ol,ul{padding-left:1.2rem}
.badge{display:inline-block;padding:.1rem .6rem;border:1.5px solid currentColor;border-radius:1rem;font-weight:600;font-size:.85rem;white-space:nowrap}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem}.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem;min-width:0}
.lead{font-size:1.05rem;border-left:4px solid currentColor;padding-left:.8rem;margin:1rem 0}.lead span{color:var(--ink)}
.finding{border-left:4px solid var(--bad);background:var(--card);padding:.6rem 1rem;margin:.6rem 0;border-radius:0 8px 8px 0}.finding.warning{border-color:var(--warn)}.rule{font:600 13px ui-monospace,monospace}.list{list-style:none;padding:0;display:grid;gap:.2rem}
svg{display:block;width:100%;height:auto}table{width:100%;border-collapse:collapse;font-size:.92rem}th,td{overflow-wrap:break-word;text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:500}td:nth-last-child(2){overflow-wrap:anywhere}.old{background:var(--badfill)}.new{background:var(--goodfill)}
ol.time{list-style:none;margin:0;padding:0 0 0 1.1rem;border-left:2px solid var(--line)}ol.time li{position:relative;margin:.55rem 0}ol.time li::before{content:"";position:absolute;left:-1.5rem;top:.45rem;width:.7rem;height:.7rem;border-radius:50%;background:currentColor}ol.time span{color:var(--ink)}time{color:var(--soft);font-size:.85rem;display:block}
svg.meter{height:.5rem;border-radius:.25rem;background:var(--line);margin:.4rem 0}.meter rect{fill:currentColor}
code,pre{font:12px ui-monospace,monospace;color:var(--soft);white-space:pre-wrap}pre{margin:.3rem 0;color:var(--ink)}
.canvas{overflow:auto;border:1px solid var(--line);border-radius:10px;margin:1rem 0}.canvas svg{display:block;width:100%;height:auto}.canvas text{fill:var(--ink);font:600 13px system-ui,sans-serif}.canvas .type{fill:var(--soft);font-weight:400;font-size:11px}
.node rect{fill:var(--card);stroke:var(--line);stroke-width:1.5}.node.path rect{fill:var(--warnfill);stroke:var(--warn);stroke-width:2}.node.fault rect{fill:var(--badfill);stroke:var(--bad);stroke-width:3}.node.guarded rect{fill:var(--goodfill);stroke:var(--good);stroke-width:2}.node.off{opacity:.45}
.edge{fill:none;stroke:var(--line);stroke-width:1.5}.edge.aside{stroke-dasharray:4 4}.edge.marked{stroke:var(--bad);stroke-width:3}.edge.kept{stroke:var(--good);stroke-width:2.5}.tip{fill:var(--line)}.tip.marked{fill:var(--bad)}
@media(max-width:640px){thead{display:none}table,tbody,tr,td{display:block}tr{border-bottom:1px solid var(--line);padding:.5rem 0}td{border:0;padding:.05rem 0}td::before{content:attr(data-name);display:block;color:var(--soft);font-size:.8rem}td:empty{display:none}}
@media print{.card{break-inside:avoid}}
`;
