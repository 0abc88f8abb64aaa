import { when } from '../../core/desk/words';
import { html, type Html } from '../../core/page/html';
import { page, table } from '../../core/page/page';
import type { LevelState } from '../../core/stability/service-levels';
import { answersHtml } from './answers-html';
import { changesHtml } from './changes-html';
import { timeline, type ReleaseReport } from './model';
import { badge, stamp, text, toneOf } from './parts';
import type { Plotter } from './plots';
import { rollbackSection } from './rollback-html';
import { shareable } from './share';
import { slotsHtml } from './slots-html';

const section = (title: string, body: readonly Html[]): Html[] =>
	body.length === 0
		? []
		: [
				html`<section>
					<h2>${title}</h2>
					${body}
				</section>`,
			];

function head(report: ReleaseReport): Html {
	const { manifest, stage } = report.release.body;
	const newest = report.trail.find(({ verdict }) => verdict !== null)?.verdict;
	const lead = newest
		? [html`<p class="lead ${toneOf[newest.verdict] ?? ''}"><span>${newest.sentence}</span></p>`]
		: [];
	const version = manifest.version === undefined ? '' : ` · ${manifest.version}`;
	return html`<header>
		<h1>${manifest.title}</h1>
		<p>
			${[badge(stage)]}
			${`${manifest.id}${version} · ${manifest.subject} · ${manifest.kind} · class ${report.riskClass}`}
		</p>
		${lead}
		<p class="soft">
			Policy ${report.policy.name} version ${report.policy.version} · ${report.policy.heldTo.join(' ')} ·
			written ${when(report.at)}
		</p>
	</header>`;
}

const moments = (report: ReleaseReport): Html =>
	html`<ol class="time">
		${timeline(report).map(
			({ at, what, tone }) => html`<li class="${tone}"><span>${what}</span>${[stamp(at)]}</li>`,
		)}
	</ol>`;

function meter(budgetLeft: number): Html {
	const left = Math.max(0, Math.min(1, budgetLeft));
	const tone = left > 0.25 ? 'good' : left > 0 ? 'warn' : 'bad';
	const percent = (100 * left).toFixed(0);
	return html`<svg class="meter ${tone}" aria-hidden="true"><rect width="${percent}%" height="100%" /></svg>
		<p class="soft">${percent} % of the error budget left</p>`;
}

function level({ objective, status, sentence, budgetLeft, window }: LevelState): Html {
	return html`<div class="card">
		<h3>${objective}</h3>
		<p>${[badge(status)]} ${sentence.slice(objective.length + 2)}</p>
		${budgetLeft === null ? [] : [meter(budgetLeft)]}
		<p class="soft">rolling ${window}</p>
	</div>`;
}

function trail({ trail: looks }: ReleaseReport): Html[] {
	const newest = looks.find(({ verdict }) => verdict !== null)?.verdict;
	const findings = newest?.findings.map(({ id, effect, sentence }) => [
		text(id),
		badge(effect),
		text(sentence),
	]);
	const rows = looks
		.slice(0, 50)
		.flatMap(({ at, verdict }) =>
			verdict ? [[stamp(at), badge(verdict.verdict), text(verdict.sentence)]] : [],
		);
	return [
		...(findings ? [table(['Looked at', 'Effect', 'Figures'], findings, '')] : []),
		html`<h3>Every look</h3>`,
		table(['When', 'Verdict', 'Why'], rows, 'Nobody looked yet.'),
	];
}

/** The end of the chain, for whoever keeps this page: the ledger can be held against it. */
const ledger = ({ head: end, acceptances }: ReleaseReport): Html[] => [
	...acceptances.map(
		({ at, person, reason, records }) =>
			html`<p>
				<b>Accepted against the history</b> ${when(at)} by ${person}: ${reason}
				(${records.map(({ record }) => record).join(', ')})
			</p>`,
	),
	html`<p class="soft">
		The chain of events ended here when this page was
		made${end.signature === null ? '' : `, signed with key ${end.signature.keyId}`}. Verify the ledger against
		it: a chain that was rewritten since does not run through it.
	</p>`,
	html`<pre>${JSON.stringify(end)}</pre>`,
];

/**
 * One self-contained page about a release, to be read, printed and handed on: it names no contact and no address
 * ({@link shareable}).
 */
export function reportHtml(gathered: ReleaseReport, plotter: Plotter): string {
	const report = shareable(gathered);
	const { manifest, stage } = report.release.body;
	const { errorBudget, sentence, levels } = report.levels;
	return page({
		title: `${manifest.id}: ${stage}`,
		body: [
			head(report),
			...section('What changes', changesHtml(report)),
			...section('What happened', [moments(report)]),
			...section('Deliveries before and after', slotsHtml(report, plotter)),
			...section('Stability', trail(report)),
			...section('Service levels', [
				html`<p>${[badge(errorBudget)]} ${sentence}</p>
					<div class="grid">${levels.map(level)}</div>`,
			]),
			...section('Who answered what', answersHtml(report)),
			...section('The way back', rollbackSection(report)),
			...section('The ledger', ledger(report)),
		],
	});
}
