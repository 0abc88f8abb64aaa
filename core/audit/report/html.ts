import type { AuditReport, Verdict, Violation, WorkflowJson } from '../types';
import { canvas, type Marks } from './canvas';
import { html, type Html } from '../../page/html';
import { badge, page } from '../../page/page';
import { coverLines } from './text';

/** One workflow with what the audit says of it. */
export interface Audited {
	readonly workflow: WorkflowJson;
	readonly report: AuditReport;
	/** Where it was read, e.g. a file. */
	readonly file?: string;
}

const arrow = (path: readonly string[]): Html[] =>
	path.map((name, at) => (at === 0 ? html`${name}` : html` <span class="warn">→</span> ${name}`));

const TONES: Readonly<Record<Verdict, string>> = {
	proven: 'good',
	partly: 'warn',
	'nothing to prove': 'soft',
	violated: 'bad',
};
const SIGNS: Readonly<Record<Verdict, string>> = {
	proven: '✓',
	partly: '~',
	'nothing to prove': '·',
	violated: '✗',
};

const verdictBadge = (verdict: Verdict): Html => badge(verdict, TONES[verdict]);

/** Pairs `from\nto` along a path. */
const pairs = (path: readonly string[]): string[] => path.slice(1).map((to, i) => `${path[i]}\n${to}`);

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

function marksOf({ violations, cover }: AuditReport): Marks {
	const guarded = cover.sends.filter((send) => send.guarded);
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
		steps: new Set(paths.flatMap(pairs)),
		guarded: new Set(guarded.map(({ node }) => onCanvas(node))),
		guardedSteps: new Set(guarded.flatMap(({ path }) => pairs(path.map(onCanvas)))),
	};
}

function section({ workflow, report, file }: Audited): Html {
	const { verdict, sentence, violations, advice, cover, proofs } = report;
	return html`<h2>${report.workflow.name} ${[verdictBadge(verdict)]}</h2>
		${file === undefined ? [] : [html`<p class="soft">${file}</p>`]}
		<p>${sentence}</p>
		<code>hash ${report.workflow.hash}</code>
		<div class="canvas" tabindex="0" role="region" aria-label="Canvas of ${report.workflow.name}">
			${[canvas(workflow, marksOf(report))]}
		</div>
		<ul class="list">
			${proofs.map(
				(proof) =>
					html`<li>
						<span class="${TONES[proof.verdict]}" title="${proof.verdict}">${SIGNS[proof.verdict]}</span>
						${proof.title}
					</li>`,
			)}
		</ul>
		${[...violations, ...advice].map(finding)}
		<details open>
			<summary>What this answer rests on</summary>
			<ul>
				${coverLines(cover).map((line) => html`<li>${line}</li>`)}
			</ul>
		</details>`;
}

/** One page: verdicts, canvases with violation paths, proofs, findings. */
export function htmlReport(audited: readonly Audited[]): string {
	const counts = (['violated', 'partly', 'proven', 'nothing to prove'] as const)
		.map((verdict) => [verdict, audited.filter(({ report }) => report.verdict === verdict).length] as const)
		.filter(([, count]) => count > 0)
		.map(([verdict, count]) => `${count} ${verdict}`);
	return page({
		title: 'Workflow audit',
		wide: true,
		body: [
			html`<h1>Workflow audit</h1>
				<p>${counts.join(', ')}.</p>`,
			...audited.map(section),
		],
	});
}
