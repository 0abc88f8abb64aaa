/** What the desk needs beside the style of every page. */
export const DESK_STYLE = `
body{padding:clamp(.75rem,2.5vw,2rem)}main.wide{max-width:1320px}a{color:var(--plain)}
.top{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;align-items:baseline;justify-content:space-between}.top h1{font-size:1.35rem}.soft time,.top time{display:inline;font-size:inherit;color:inherit}.top form{display:flex;gap:.4rem;flex:0 1 30rem;min-width:min(100%,17rem)}
input,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:8px;padding:.3rem .7rem;min-width:0}input{flex:1}button{font-weight:600}
.say{font-size:1.15rem;font-weight:600;margin:.5rem 0}.say::before{content:"";display:inline-block;width:.75em;height:.75em;border-radius:50%;background:currentColor;margin-right:.5em}.say.bad::before{border-radius:2px}.say.warn::before{clip-path:polygon(50% 0,100% 100%,0 100%);border-radius:0}
.answers{display:grid;grid-template-columns:minmax(9rem,13rem) 1fr;margin:.6rem 0;border:1px solid var(--line);border-radius:10px;overflow:hidden}
.answers dt,.answers dd{margin:0;padding:.4rem .9rem;border-top:1px solid var(--line)}.answers dt:first-of-type,.answers dd:first-of-type{border-top:0}.answers dt{font-weight:600;background:var(--card)}.answers p{margin:0}
.act{font-weight:600;white-space:nowrap;margin-left:.35em}
.alarm{border-left:5px solid var(--bad);background:var(--card);padding:.5rem .9rem;margin:.5rem 0;border-radius:0 8px 8px 0}.alarm.warning{border-left-style:dashed;border-color:var(--warn)}
.spine{margin:0 0 1rem}.spine h3{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;font-size:1.1rem}.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.4rem 2rem}.two h4{margin:.7rem 0 .2rem;font-size:.92rem}
.bar{display:flex;height:1.05rem;border-radius:5px;overflow:hidden;background:var(--line);margin:.3rem 0;gap:1px}.bar i{display:block;min-width:3px;background:currentColor}.bar i.hatch,.key i.hatch{background:repeating-linear-gradient(45deg,currentColor 0 3px,transparent 3px 6px)}.bar i.dots,.key i.dots{background:radial-gradient(currentColor 40%,transparent 42%) 0 0/6px 6px}
.key{display:flex;flex-wrap:wrap;gap:.05rem .9rem;list-style:none;padding:0;margin:.2rem 0;font-size:.87rem}.key li{white-space:nowrap}.key i{display:inline-block;width:.75em;height:.75em;border:1px solid currentColor;background:currentColor;margin-right:.35em}
svg.spark{height:2.4rem;color:var(--plain)}svg.spark rect{fill:currentColor}.facts{display:grid;grid-template-columns:auto 1fr;gap:.1rem .9rem;margin:.4rem 0}.facts dt{color:var(--soft)}.facts dd{margin:0}
.happened{list-style:none;margin:0;padding:0}.happened li{display:grid;grid-template-columns:10.5rem 1fr;gap:.2rem .8rem;padding:.28rem 0;border-bottom:1px solid var(--line)}.happened time{padding-top:.1rem}
details{margin:.4rem 0}summary{cursor:pointer;font-weight:600}h2{margin:1.6rem 0 .5rem}
@media(max-width:640px){.answers{grid-template-columns:1fr}.answers dt{padding:.2rem .9rem 0;background:none;color:var(--soft);font-size:.85rem}.answers dd{border-top:0!important;padding:0 .9rem .3rem}.answers dt{border-top:1px solid var(--line)}.happened li{grid-template-columns:1fr;gap:0}.say{margin:.25rem 0;font-size:1.05rem}.answers dd{font-size:.88rem;line-height:1.38}.answers dt{font-size:.8rem!important;padding-top:.15rem!important}header .soft{font-size:.8rem}.top h1{font-size:1.1rem}.top{gap:.2rem 1rem}}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{.top form,.act{display:none}}
`;

/**
 * Reads the page again after so many seconds, unless nobody looks at it, somebody types, or somebody has opened a part of
 * it. n8n gives pages no origin, so there is nothing to keep such a state in.
 */
export const refreshScript = (seconds: number): string =>
	`setInterval(function(){var a=document.activeElement;if(document.hidden||(a&&a.tagName==='INPUT')||document.querySelector('details[open]'))return;location.reload()},${Math.ceil(seconds) * 1000})`;
