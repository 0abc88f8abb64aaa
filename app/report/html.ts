import type { Instant } from '../../core/delivery/types';
import { html, trusted, type Html } from '../../core/page/html';
import { badge as pill, page, table } from '../../core/page/page';
import { spell } from '../../core/stability/findings/finding';
import type { LevelState } from '../../core/stability/service-levels';
import { histogram, timeline, type ReleaseReport } from './model';
import type { Plotter } from './plots';

const when = (at: Instant): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';

const stamp = (at: Instant): Html => html`<time datetime="${new Date(at).toISOString()}">${when(at)}</time>`;

const text = (value: string): Html => html`${value}`;

const section = (title: string, body: readonly Html[]): Html[] =>
	body.length === 0
		? []
		: [
				html`<section>
					<h2>${title}</h2>
					${body}
				</section>`,
			];

const toneOf: Readonly<Record<string, string>> = {
	pass: 'good',
	fail: 'bad',
	unknown: 'warn',
	met: 'good',
	missed: 'warn',
	breached: 'bad',
	healthy: 'good',
	spent: 'bad',
	stable: 'good',
	'roll-back': 'bad',
	'rolled-back': 'bad',
	watching: 'plain',
	ship: 'good',
	hold: 'warn',
	fine: 'good',
	'rolls-back': 'bad',
	'keeps-watching': 'warn',
	approved: 'good',
	rejected: 'bad',
};

const badge = (word: string): Html => pill(word, toneOf[word] ?? 'soft');

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

function gate(report: ReleaseReport): Html[] {
	const { decision } = report.release.body;
	const said = decision
		? html`<p>${[badge(decision.decision)]} ${decision.sentence}</p>`
		: html`<p class="soft">The gate was not asked yet.</p>`;
	const rows = report.evidence
		.slice(0, 100)
		.map(({ check, status, by, grounds, at }) => [
			text(check),
			badge(status),
			text('machine' in by ? by.machine : `${by.person} (${by.role})`),
			text(grounds),
			stamp(at),
		]);
	const approvals = report.approvals.map(({ person, role, verdict, at }) => [
		text(person),
		text(role),
		badge(verdict),
		stamp(at),
	]);
	return [
		said,
		table(['Check', 'Answer', 'By', 'Grounds', 'When'], rows, 'No evidence was recorded.'),
		...(approvals.length > 0 ? [table(['Approval by', 'Role', 'Word', 'When'], approvals, '')] : []),
	];
}

function plots(report: ReleaseReport, plotter: Plotter): Html[] {
	const { slots, intervals, intervalMs } = report;
	if (slots.length === 0) return [];
	const shown = slots.slice(-16);
	const perSlot = plotter.bars({
		description: 'Deliveries per slot by how they ended',
		categories: shown.map(({ slot }) => slot.slice(5)),
		series: [
			{ name: 'sent', tone: 'good', values: shown.map(({ committed }) => committed) },
			{ name: 'open', tone: 'plain', values: shown.map(({ open, held }) => open + held) },
			{ name: 'in doubt', tone: 'warn', values: shown.map(({ inDoubt }) => inDoubt) },
			{
				name: 'failed or missed',
				tone: 'bad',
				values: shown.map(({ failedForGood, missed }) => failedForGood + missed),
			},
		],
		unit: 'deliveries',
	});
	const chart = (title: string, body: readonly Html[]): Html =>
		html`<div class="card" role="img" aria-label="${title}">
			<h3>${title}</h3>
			${body}
		</div>`;
	return [
		html`<div class="grid">
			${[
				chart('Deliveries per slot', [trusted(perSlot)]),
				chart('Time between deliveries', rhythm(intervals, intervalMs, plotter)),
			]}
		</div>`,
	];
}

function rhythm(intervals: readonly number[], intervalMs: number | null, plotter: Plotter): Html[] {
	if (intervals.length === 0 || intervalMs === null)
		return [html`<p class="soft">No two sends to one recipient yet.</p>`];
	const bins = histogram(intervals, intervalMs);
	const bars = plotter.bars({
		description: 'Time between two sends to one recipient',
		categories: bins.map(({ from, to }) =>
			Number.isFinite(to) ? spell((from + to) / 2) : `over ${spell(from)}`,
		),
		series: [{ name: 'intervals', tone: 'plain', values: bins.map(({ count }) => count) }],
		unit: 'intervals',
	});
	return [
		trusted(bars),
		html`<p class="soft">
			The cadence asks for ${spell(intervalMs)}; ${intervals.length} intervals of the newest slots.
		</p>`,
	];
}

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

const plain = (value: unknown): string =>
	value === null || value === undefined ? '' : JSON.stringify(value);

function rollback({ release, order, restore }: ReleaseReport): Html[] {
	const { rollbackPlan, rollbackSteps } = release.body.manifest;
	const results = restore
		? Object.entries((restore.report as Record<string, unknown> | undefined) ?? restore)
		: [];
	return [
		...(rollbackPlan === undefined ? [] : [html`<p><b>Plan.</b> ${rollbackPlan}</p>`]),
		...(rollbackSteps.length === 0
			? []
			: [
					html`<ol>
						${rollbackSteps.map((step) => html`<li>${step}</li>`)}
					</ol>`,
				]),
		order
			? html`<p><b>Ordered</b> ${when(order.startedAt)} by ${order.by}. ${order.reason}</p>`
			: html`<p class="soft">No rollback was ordered.</p>`,
		...(restore
			? [
					table(
						['Result', 'Value'],
						results.map(([name, value]) => [text(name), html`<code>${plain(value).slice(0, 2000)}</code>`]),
						'',
					),
				]
			: []),
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

/** One self-contained page about a release. */
export function reportHtml(report: ReleaseReport, plotter: Plotter): string {
	const { manifest, stage } = report.release.body;
	const { errorBudget, sentence, levels } = report.levels;
	return page({
		title: `${manifest.id}: ${stage}`,
		body: [
			head(report),
			...section('What happened', [moments(report)]),
			...section('Deliveries', plots(report, plotter)),
			...section('Stability', trail(report)),
			...section('Service levels', [
				html`<p>${[badge(errorBudget)]} ${sentence}</p>
					<div class="grid">${levels.map(level)}</div>`,
			]),
			...section('The gate', gate(report)),
			...section('Rollback', rollback(report)),
			...section('The ledger', ledger(report)),
		],
	});
}
