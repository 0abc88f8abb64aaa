import { html, type Html } from '../../page/html';
import { APPROVALS_GROUP, TIMING_GROUP, type CheckResult } from '../checks';
import type { Classification } from '../classify';
import { standingOf } from '../decision';
import type { heldTo } from '../policy/strictness';
import type { ReadableChange } from '../diff/readable';

/** How a step of the preparation ended, as a page shows it. */
export interface ShownStep {
	readonly step: string;
	readonly status: string;
	readonly sentence: string;
}

/** What machines found, and what the same page asks people: that is no finding. */
export interface Findings {
	readonly checks: readonly CheckResult[];
	readonly steps: readonly ShownStep[];
	/** Ids of the checks that the page asks. */
	readonly asked: readonly string[];
}

/** A sentence begins with a capital. */
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const MOST_REASONS = 5;

const value = (text: string | null): Html =>
	text === null ? html`<i>nothing</i>` : html`<pre>${text}</pre>`;

/** The differences with their values: what, before, after. */
export function differencesHtml(differences: readonly ReadableChange[]): Html {
	const rows = differences.map(
		({ what, before, after }) =>
			html`<h4>${capital(what)}</h4>
				${
					before === null && after === null
						? []
						: [
								html`<table>
									<tbody>
										<tr>
											<th>before</th>
											<td>${[value(before)]}</td>
										</tr>
										<tr>
											<th>after</th>
											<td>${[value(after)]}</td>
										</tr>
									</tbody>
								</table>`,
							]
				}`,
	);
	return html`<h3>What changes</h3>
		${rows}`;
}

/** Which releases were closed for this one, since their draft was given up. */
export const supersedesHtml = (
	given: readonly { readonly release: string; readonly title: string }[],
): Html =>
	html`<p>
		It takes the place of ${given.map(({ title }) => `“${title}”`).join(', ')}, whose draft was given up: that
		release is closed, and nothing of it ships.
	</p>`;

/** The class, why it is that, and what the spine is held to ({@link heldTo}). */
export function classHtml(
	{ riskClass, reasons }: Pick<Classification, 'riskClass' | 'reasons'>,
	held: ReturnType<typeof heldTo>,
): Html {
	const shown = reasons.slice(0, MOST_REASONS);
	const more = reasons.length - shown.length;
	return html`<h3>This change is ${riskClass}</h3>
		<ul>
			${shown.map((reason) => html`<li>${reason}</li>`)}
			${more > 0 ? [html`<li>and ${more} more reasons</li>`] : []}
		</ul>
		${held.map((sentence) => html`<p>${sentence}</p>`)}`;
}

const byStatus = (checks: readonly CheckResult[], status: CheckResult['status']): readonly CheckResult[] =>
	checks.filter((check) => check.status === status);

/** One check with its reason and what to do. */
const item = ({ question, reason, remedy }: CheckResult): Html =>
	html`<li><b>${question}</b> ${reason} ${remedy === '' ? [] : [html`<i>${remedy}</i>`]}</li>`;

const list = (checks: readonly CheckResult[]): Html =>
	html`<ul>
		${checks.map(item)}
	</ul>`;

const titled = (title: string, checks: readonly CheckResult[]): readonly Html[] =>
	checks.length === 0 ? [] : [html`<p>${title}</p>`, list(checks)];

/** Groups that machines find nothing about: people approve later, and the gate reads the moment when it decides. */
const LATER = [APPROVALS_GROUP, TIMING_GROUP];

/**
 * How many checks pass and how many the policy left out, and each that fails or that nobody answered, with its mend.
 * Approvals, the moment and what the same page asks come later, and are not among them.
 */
export function findingsHtml({ checks, steps, asked }: Findings): Html {
	const found = checks.filter(({ id, group }) => !LATER.includes(group) && !asked.includes(id));
	const failed = byStatus(found, 'fail');
	const unanswered = byStatus(found, 'unknown');
	const { passed, answeredBefore, leftOut } = standingOf(found);
	const stopped = steps.filter(({ status }) => status === 'failed');
	return html`<h3>What machines found</h3>
		<p>
			${passed} checks pass${answeredBefore > 0 ? `, ${answeredBefore} as answered before` : ''},
			${failed.length} fail, ${unanswered.length} have no
			answer${leftOut > 0 ? `, ${leftOut} were left out by policy` : ''}.
		</p>
		${titled('These fail:', failed)}
		${titled('These have no answer, and this page cannot ask for one:', unanswered)}
		${
			stopped.length > 0
				? [
						html`<p>These steps could not be done:</p>
							<ul>
								${stopped.map(({ step, sentence }) => html`<li><b>${step}.</b> ${sentence}</li>`)}
							</ul>`,
					]
				: []
		}`;
}

/** Why a release is held, reason by reason, with what to do; what waits only for approval is said so. */
export const openChecksHtml = (checks: readonly CheckResult[]): Html =>
	list(checks.filter(({ status }) => status === 'fail' || status === 'unknown'));
