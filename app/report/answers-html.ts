import { standingRefusals } from '../../core/release/checks';
import type { Evidence } from '../../core/release/evidence';
import { html, type Html } from '../../core/page/html';
import { table } from '../../core/page/page';
import type { ReleaseReport } from './model';
import { badge, stamp, text } from './parts';

/** Most checks that are shown. */
const MOST = 100;

const byOf = ({ by }: Evidence): string =>
	'machine' in by ? `${by.machine} (a machine)` : `${by.person} (${by.role})`;

/**
 * The newest answer to each check, and each no that its giver has not taken back, whatever others said since; in the order
 * of the policy, and what the policy does not ask last.
 */
function newest({ checks, evidence }: ReleaseReport): readonly (readonly [string, Evidence])[] {
	const questions = new Map(checks.map(({ id, question }) => [id, question]));
	const order = [...questions.keys()];
	const place = ({ check }: Evidence): number => {
		const at = order.indexOf(check);
		return at < 0 ? order.length : at;
	};
	const first = new Map<string, Evidence>();
	for (const one of evidence) if (!first.has(one.check)) first.set(one.check, one);
	return [...new Set([...first.values(), ...standingRefusals(evidence)])]
		.sort((a, b) => place(a) - place(b))
		.map((one) => [questions.get(one.check) ?? one.check, one] as const);
}

/** What the gate said, who answered what, and whose word was given for or against. */
export function answersHtml(report: ReleaseReport): Html[] {
	const { decision } = report.release.body;
	const said = decision
		? html`<p>${[badge(decision.decision)]} ${decision.sentence}</p>`
		: html`<p class="soft">The gate was not asked yet.</p>`;
	const answers = newest(report);
	const rows = answers
		.slice(0, MOST)
		.map(([question, one]) => [
			text(question),
			badge(one.status),
			text(byOf(one)),
			text(one.grounds),
			stamp(one.at),
		]);
	const approvals = report.approvals.map(({ person, role, verdict, note = '', of, at }) => [
		text(person),
		text(role),
		badge(verdict),
		text(of === undefined ? note : `${note} (said of ${of}, whose place it takes)`.trim()),
		stamp(at),
	]);
	const older = report.evidence.length - answers.length;
	return [
		said,
		table(['Question', 'Answer', 'By', 'Grounds', 'When'], rows, 'No evidence was recorded.'),
		...(older > 0
			? [html`<p class="soft">${older} older answers to these questions stand in the ledger.</p>`]
			: []),
		...(approvals.length > 0
			? [html`<h3>Approvals</h3>`, table(['By', 'Role', 'Word', 'Note', 'When'], approvals, '')]
			: []),
	];
}
