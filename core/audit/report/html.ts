import type { AuditReport, Violation, WorkflowJson } from '../types';
import { canvas, type Marks } from './canvas';
import { html, type Html } from '../../page/html';
import { badge, page } from '../../page/page';

/** One workflow with what the audit says of it. */
export interface Audited {
	readonly workflow: WorkflowJson;
	readonly report: AuditReport;
}

const arrow = (path: readonly string[]): Html[] =>
	path.map((name, at) => (at === 0 ? html`${name}` : html` <span class="warn">→</span> ${name}`));

const verdictBadge = (verdict: string): Html => badge(verdict, verdict === 'proven' ? 'good' : 'bad');

function finding({ severity, rule, node, why, path, secondPath, mend }: Violation): Html {
	return html`<div class="finding ${severity}">
		<p><span class="rule">${rule}</span>${node === undefined ? '' : ` · ${node}`}</p>
		<p>${why}</p>
		${[
			...(path.length > 1 ? [html`<p>Path: ${arrow(path)}</p>`] : []),
			...(secondPath === undefined ? [] : [html`<p>And: ${arrow(secondPath)}</p>`]),
		]}
		<p><b>Mend:</b> ${mend}</p>
	</div>`;
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

function section({ workflow, report }: Audited): Html {
	const { verdict, violations, advice, assumptions, proofs } = report;
	return html`<h2>${report.workflow.name} ${[verdictBadge(verdict)]}</h2>
		<code>sha256 ${report.workflow.hash}</code>
		<div class="canvas">${[canvas(workflow, marksOf(report))]}</div>
		<ul class="list">
			${proofs.map(
				(proof) =>
					html`<li>
						<span class="${proof.verdict === 'proven' ? 'good' : 'bad'}"
							>${proof.verdict === 'proven' ? '✓' : '✗'}</span
						>
						${proof.title}
					</li>`,
			)}
		</ul>
		${[...violations, ...advice].map(finding)}
		${
			assumptions.length === 0
				? []
				: [
						html`<p>The verdict rests on these declarations:</p>
							<ul>
								${assumptions.map((sentence) => html`<li>${sentence}</li>`)}
							</ul>`,
					]
		}`;
}

/** One page: verdicts, canvases with violation paths, proofs, findings. */
export function htmlReport(audited: readonly Audited[]): string {
	const violated = audited.filter(({ report }) => report.verdict === 'violated').length;
	return page({
		title: 'Workflow audit',
		wide: true,
		body: [
			html`<h1>Workflow audit</h1>
				<p>${audited.length - violated} proven, ${violated} violated.</p>`,
			...audited.map(section),
		],
	});
}
