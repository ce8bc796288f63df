/** How a sequence page looks, by day and by night. */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#fbfbf9;--card:#fff;--ink:#1d2530;--soft:#66707e;--line:#d9dde3;--life:#c9ced6;--wire:#2f6fb3;--lost:#a3552c;--reply:#3c8a5f;--directive:#b4690e;--death:#7d8590;--fault:#7a4fc4;--bad:#c2323f;--h0:#dcebfa;--h1:#e4f4e6;--h2:#fbecd6;--h3:#efe5fb;--h4:#fbe3e4;--h5:#e1f3f4}
@media(prefers-color-scheme:dark){:root{--bg:#14181e;--card:#1b2129;--ink:#e4e8ee;--soft:#8f9aa8;--line:#2c343f;--life:#39424e;--wire:#6fb1f5;--lost:#e39a6b;--reply:#6cc795;--directive:#f0ad57;--death:#98a2ae;--fault:#b797f2;--bad:#f2727c;--h0:#1f3347;--h1:#1f3a28;--h2:#423218;--h3:#33264b;--h4:#452529;--h5:#1c3a3c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1420px;padding:26px 30px 60px;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
h1{font-size:22px;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:12px;margin:0 0 8px;color:var(--soft);text-transform:uppercase;letter-spacing:.07em}
header p{margin:0 0 4px;color:var(--soft)}
pre{font:12px/1.55 ui-monospace,"SF Mono",Menlo,Consolas,monospace;margin:0;overflow:auto}
.command{display:inline-block;padding:7px 12px;margin:8px 0 18px;border:1px solid var(--line);border-radius:7px;background:var(--card);user-select:all}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:14px;margin-bottom:24px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 18px;overflow-wrap:anywhere}
.card.bad{border-color:var(--bad);border-left-width:5px}
.card ul,.card ol{margin:0;padding-left:18px}.card.bad ul{list-style:none;padding:0}
dl{display:grid;grid-template-columns:auto 1fr;gap:3px 14px;margin:0}dt{color:var(--soft)}dd{margin:0}
.scroll{overflow:auto;max-height:86vh;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:8px}
.legend{margin:0 0 10px}.k{margin-right:18px;color:var(--soft)}
.k::before{content:"";display:inline-block;width:16px;height:9px;border-radius:5px;margin-right:6px;background:var(--wire)}
.k.lost::before{background:var(--lost)}.k.directive::before{background:var(--directive)}.k.death::before{background:var(--death)}.k.fault::before{background:var(--fault)}
svg{display:block;font:11px ui-monospace,"SF Mono",Menlo,Consolas,monospace}
.heads{position:sticky;top:-8px;background:var(--card);margin-bottom:2px;z-index:1}
.card h2:not(:first-child){margin-top:14px}
.life{stroke:var(--life);stroke-width:1.2}
.time{fill:var(--soft);text-anchor:end;font-size:10.5px}
.label{fill:var(--ink);paint-order:stroke;stroke:var(--card);stroke-width:3.5px;stroke-linejoin:round}
.wire{stroke:var(--wire);stroke-width:1.5;fill:none}.tip{fill:var(--wire)}
.gone{stroke:var(--lost);stroke-dasharray:5 4}.cross{stroke:var(--lost);stroke-width:1.4;fill:none}
.reply .wire{stroke:var(--reply);stroke-dasharray:2 3}
.pill,.band{fill:var(--card);stroke-width:1.3}.pill+.label,.band+.label{stroke:none}
.reply .pill{stroke:var(--reply)}.reply .pill+.label{fill:var(--reply)}
.lost .pill{stroke:var(--lost)}.lost .pill+.label{fill:var(--lost)}
.directive .pill{stroke:var(--directive);fill:var(--directive)}.directive .pill+.label{fill:var(--card);font-weight:600}
.death .pill{stroke:var(--death)}.death .pill+.label{fill:var(--death)}
.note .pill,.note .band{stroke:var(--line)}.note .label{fill:var(--soft)}
.fault .band{fill:var(--fault);stroke:none}.fault .label{fill:var(--card);font-weight:600}
.fault .pill{stroke:var(--fault)}
.violation .band{fill:var(--bad);stroke:none}.violation .label{fill:var(--card);font-weight:700}
.head .label{font-weight:700;stroke:none}
.h0 rect{fill:var(--h0)}.h1 rect{fill:var(--h1)}.h2 rect{fill:var(--h2)}.h3 rect{fill:var(--h3)}.h4 rect{fill:var(--h4)}.h5 rect{fill:var(--h5)}
.lane .label{font-size:11.5px}
.quiet{color:var(--soft)}
details{margin-top:22px}summary{cursor:pointer;color:var(--soft);margin-bottom:8px}
`
