import type { AuditReport, Violation, WorkflowJson } from '../types';
import { canvas, type Marks } from './canvas';
import { escape } from './escape';

/** One workflow with what the audit says of it. */
export interface Audited {
	readonly workflow: WorkflowJson;
	readonly report: AuditReport;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6575;--paper:#fff;--line:#c3cad5;--card:#f5f7fa;--bad:#c62a2a;--badfill:#fdeaea;--way:#b35c00;--wayfill:#fff4e2;--good:#1b7a43;--goodfill:#e6f6ec}
@media(prefers-color-scheme:dark){:root{--ink:#e7ebf2;--soft:#9aa5b5;--paper:#14181f;--line:#3a4350;--card:#1d232d;--bad:#ff7b72;--badfill:#3d1d1f;--way:#f0a34a;--wayfill:#382a17;--good:#56d288;--goodfill:#17301f}}
*{box-sizing:border-box}body{margin:0;padding:2rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1500px;margin:auto}h1,h2{margin:.2em 0;font-weight:600}h2{margin-top:2.5rem}code{font:12px ui-monospace,monospace;color:var(--soft);overflow-wrap:anywhere}
.verdict{font-weight:600}.proven{color:var(--good)}.violated{color:var(--bad)}.canvas{overflow:auto;border:1px solid var(--line);border-radius:10px;margin:1rem 0}
svg{display:block;max-width:100%;height:auto}svg text{fill:var(--ink);font:600 13px system-ui,sans-serif}svg .type{fill:var(--soft);font-weight:400;font-size:11px}
.node rect{fill:var(--card);stroke:var(--line);stroke-width:1.5}.node.path rect{fill:var(--wayfill);stroke:var(--way);stroke-width:2}.node.fault rect{fill:var(--badfill);stroke:var(--bad);stroke-width:3}.node.guarded rect{fill:var(--goodfill);stroke:var(--good);stroke-width:2}.node.off{opacity:.45}
.edge{fill:none;stroke:var(--line);stroke-width:1.5}.edge.aside{stroke-dasharray:4 4}.edge.marked{stroke:var(--bad);stroke-width:3}.tip{fill:var(--line)}.tip.marked{fill:var(--bad)}
ol,ul{padding-left:1.2rem}.finding{border-left:4px solid var(--bad);background:var(--card);padding:.6rem 1rem;margin:.6rem 0;border-radius:0 8px 8px 0}.finding.warning{border-color:var(--way)}
.finding p{margin:.2rem 0}.way{color:var(--way)}.rule{font:600 13px ui-monospace,monospace}.proofs{list-style:none;padding:0;display:grid;gap:.2rem}
`;

const arrow = (path: readonly string[]): string => path.map(escape).join(' <span class="way">→</span> ');

function finding(violation: Violation): string {
	return [
		`<div class="finding ${violation.severity}"><p><span class="rule">${escape(violation.rule)}</span>${violation.node === undefined ? '' : ` · ${escape(violation.node)}`}</p>`,
		`<p>${escape(violation.why)}</p>`,
		...(violation.path.length > 1 ? [`<p>Path: ${arrow(violation.path)}</p>`] : []),
		...(violation.secondPath === undefined ? [] : [`<p>And: ${arrow(violation.secondPath)}</p>`]),
		`<p><b>Mend:</b> ${escape(violation.mend)}</p></div>`,
	].join('');
}

const isString = (name: string | undefined): name is string => name !== undefined;

/** Labels of nodes in sub-workflows stand for the call on this canvas. */
const onCanvas = (label: string): string => label.split(' ▸ ')[0] ?? label;

function marksOf({ violations, sends }: AuditReport): Marks {
	const paths = violations
		.flatMap(({ path, secondPath }) => [path, secondPath ?? []])
		.map((path) => path.map(onCanvas));
	return {
		atFault: new Set(
			violations
				.map(({ node }) => node)
				.filter(isString)
				.map(onCanvas),
		),
		onPath: new Set(paths.flat()),
		steps: new Set(paths.flatMap((path) => path.slice(1).map((to, i) => `${path[i]}\n${to}`))),
		guarded: new Set(sends.map(({ node }) => onCanvas(node))),
	};
}

function section({ workflow, report }: Audited): string {
	const { verdict, violations, advice, assumptions } = report;
	return [
		`<h2>${escape(report.workflow.name)} <span class="verdict ${verdict}">${verdict}</span></h2>`,
		`<code>sha256 ${escape(report.workflow.hash)}</code>`,
		`<div class="canvas">${canvas(workflow, marksOf(report))}</div>`,
		`<ul class="proofs">${report.proofs.map((proof) => `<li><span class="verdict ${proof.verdict}">${proof.verdict === 'proven' ? '✓' : '✗'}</span> ${escape(proof.title)}</li>`).join('')}</ul>`,
		...violations.map(finding),
		...advice.map(finding),
		...(assumptions.length === 0
			? []
			: [
					`<p>The verdict rests on these declarations:</p><ul>${assumptions.map((sentence) => `<li>${escape(sentence)}</li>`).join('')}</ul>`,
				]),
	].join('\n');
}

/** A page that needs nothing but itself: verdicts, canvases with violation paths, proofs, findings. Light and dark. */
export function htmlReport(audited: readonly Audited[]): string {
	const violated = audited.filter(({ report }) => report.verdict === 'violated').length;
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
		`<title>Workflow audit</title><style>${STYLE}</style></head><body><main>`,
		`<h1>Workflow audit</h1><p>${audited.length - violated} proven, ${violated} violated.</p>`,
		...audited.map(section),
		'</main></body></html>',
		'',
	].join('\n');
}
