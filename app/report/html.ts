import { escape } from '../../core/audit/report/escape';
import type { Instant } from '../../core/delivery/types';
import { spell } from '../../core/stability/findings/finding';
import type { LevelState } from '../../core/stability/service-levels';
import { histogram, timeline, type ReleaseReport } from './model';
import type { Plotter } from './plots';
import { STYLE } from './style';

const when = (at: Instant): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';

const stamp = (at: Instant): string => `<time datetime="${new Date(at).toISOString()}">${when(at)}</time>`;

const section = (title: string, body: string): string =>
	body === '' ? '' : `<section><h2>${escape(title)}</h2>${body}</section>`;

/** A table whose rows become blocks on a phone. Cells are HTML. */
const table = (columns: readonly string[], rows: readonly (readonly string[])[], none: string): string =>
	rows.length === 0
		? `<p class="soft">${escape(none)}</p>`
		: `<table class="wide"><thead><tr>${columns.map((name) => `<th>${escape(name)}</th>`).join('')}</tr></thead><tbody>${rows
				.map(
					(cells) =>
						`<tr>${cells.map((cell, at) => `<td data-name="${escape(columns[at] ?? '')}">${cell}</td>`).join('')}</tr>`,
				)
				.join('')}</tbody></table>`;

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

const badge = (word: string): string =>
	`<span class="badge ${toneOf[word] ?? 'soft'}">${escape(word)}</span>`;

function head(report: ReleaseReport): string {
	const { manifest, stage } = report.release.body;
	const newest = report.trail.find(({ verdict }) => verdict !== null)?.verdict;
	const lead = newest
		? `<p class="lead ${toneOf[newest.verdict] ?? ''}"><span>${escape(newest.sentence)}</span></p>`
		: '';
	const version = manifest.version === undefined ? '' : ` · ${manifest.version}`;
	return `<header><h1>${escape(manifest.title)}</h1><p>${badge(stage)} ${escape(manifest.id)}${escape(version)} · ${escape(manifest.subject)} · ${escape(manifest.kind)} · class ${escape(report.riskClass)}</p>${lead}<p class="soft">Policy ${escape(report.policy.name)} version ${report.policy.version} · written ${when(report.at)}</p></header>`;
}

const moments = (report: ReleaseReport): string =>
	`<ol class="time">${timeline(report)
		.map(({ at, what, tone }) => `<li class="${tone}"><span>${escape(what)}</span>${stamp(at)}</li>`)
		.join('')}</ol>`;

function gate(report: ReleaseReport): string {
	const { decision } = report.release.body;
	const said = decision
		? `<p>${badge(decision.decision)} ${escape(decision.sentence)}</p>`
		: '<p class="soft">The gate was not asked yet.</p>';
	const rows = report.evidence
		.slice(0, 100)
		.map(({ check, status, by, grounds, at }) => [
			escape(check),
			badge(status),
			escape('machine' in by ? by.machine : `${by.person} (${by.role})`),
			escape(grounds),
			stamp(at),
		]);
	const approvals = report.approvals.map(({ person, role, verdict, at }) => [
		escape(person),
		escape(role),
		badge(verdict),
		stamp(at),
	]);
	return `${said}${table(['Check', 'Answer', 'By', 'Grounds', 'When'], rows, 'No evidence was recorded.')}${
		approvals.length > 0 ? table(['Approval by', 'Role', 'Word', 'When'], approvals, '') : ''
	}`;
}

function plots(report: ReleaseReport, plotter: Plotter): string {
	const { slots, intervals, intervalMs } = report;
	if (slots.length === 0) return '';
	const shown = slots.slice(-16);
	const perSlot = plotter.bars({
		description: 'Deliveries per slot by how they ended',
		categories: shown.map(({ slot }) => (slot.length === 10 ? slot.slice(5) : slot.slice(5))),
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
	const bins = intervalMs === null ? [] : histogram(intervals, intervalMs);
	const rhythm =
		intervals.length === 0 || intervalMs === null
			? '<p class="soft">No two sends to one recipient yet.</p>'
			: `${plotter.bars({
					description: 'Time between two sends to one recipient',
					categories: bins.map(({ from, to }) =>
						Number.isFinite(to) ? spell((from + to) / 2) : `over ${spell(from)}`,
					),
					series: [{ name: 'intervals', tone: 'plain', values: bins.map(({ count }) => count) }],
					unit: 'intervals',
				})}<p class="soft">The cadence asks for ${spell(intervalMs)}; ${intervals.length} intervals of the newest slots.</p>`;
	const chart = (title: string, body: string): string =>
		`<div class="card" role="img" aria-label="${escape(title)}"><h3>${escape(title)}</h3>${body}</div>`;
	return `<div class="grid">${chart('Deliveries per slot', perSlot)}${chart('Time between deliveries', rhythm)}</div>`;
}

function level({ objective, status, sentence, budgetLeft, window }: LevelState): string {
	const left = budgetLeft === null ? null : Math.max(0, Math.min(1, budgetLeft));
	const meter =
		left === null
			? ''
			: `<div class="meter ${left > 0.25 ? 'good' : left > 0 ? 'warn' : 'bad'}"><i style="width:${(100 * left).toFixed(0)}%"></i></div><p class="soft">${(100 * left).toFixed(0)} % of the error budget left</p>`;
	return `<div class="card"><h3>${escape(objective)}</h3><p>${badge(status)} ${escape(sentence.slice(objective.length + 2))}</p>${meter}<p class="soft">rolling ${escape(window)}</p></div>`;
}

function trail({ trail: looks }: ReleaseReport): string {
	const newest = looks.find(({ verdict }) => verdict !== null)?.verdict;
	const findings = newest
		? table(
				['Looked at', 'Effect', 'Figures'],
				newest.findings.map(({ id, effect, sentence }) => [escape(id), badge(effect), escape(sentence)]),
				'',
			)
		: '';
	const rows = looks
		.slice(0, 50)
		.flatMap(({ at, verdict }) =>
			verdict ? [[stamp(at), badge(verdict.verdict), escape(verdict.sentence)]] : [],
		);
	return `${findings}<h3 style="margin-top:1.2rem">Every look</h3>${table(['When', 'Verdict', 'Why'], rows, 'Nobody looked yet.')}`;
}

const plain = (value: unknown): string =>
	value === null || value === undefined ? '' : JSON.stringify(value);

function rollback({ release, order, restore }: ReleaseReport): string {
	const { rollbackPlan, rollbackSteps } = release.body.manifest;
	const plan = rollbackPlan === undefined ? '' : `<p><b>Plan.</b> ${escape(rollbackPlan)}</p>`;
	const steps =
		rollbackSteps.length === 0
			? ''
			: `<ol>${rollbackSteps.map((step) => `<li>${escape(step)}</li>`).join('')}</ol>`;
	const ordered = order
		? `<p><b>Ordered</b> ${when(order.startedAt)} by ${escape(order.by)}. ${escape(order.reason)}</p>`
		: '<p class="soft">No rollback was ordered.</p>';
	const details = restore
		? table(
				['Result', 'Value'],
				Object.entries((restore.report as Record<string, unknown> | undefined) ?? restore).map(
					([name, value]) => [escape(name), `<code>${escape(plain(value).slice(0, 2000))}</code>`],
				),
				'',
			)
		: '';
	return `${plan}${steps}${ordered}${details}`;
}

/**
 * One self-contained page about a release: no script, no outside request (its content security policy forbids both),
 * every text escaped. Readable in light and dark, on a phone and printed.
 */
export function reportHtml(report: ReleaseReport, plotter: Plotter): string {
	const { manifest } = report.release.body;
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
		`<title>${escape(manifest.id)}: ${escape(report.release.body.stage)}</title><style>${STYLE}</style></head><body><main>`,
		head(report),
		section('What happened', moments(report)),
		section('Deliveries', plots(report, plotter)),
		section('Stability', trail(report)),
		section(
			'Service levels',
			`<p>${badge(report.levels.errorBudget)} ${escape(report.levels.sentence)}</p><div class="grid">${report.levels.levels.map(level).join('')}</div>`,
		),
		section('The gate', gate(report)),
		section('Rollback', rollback(report)),
		'</main></body></html>',
		'',
	].join('\n');
}
