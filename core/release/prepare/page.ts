import { html, type Html } from '../../page/html';
import type { CheckResult } from '../checks';
import type { ReadableChange } from '../diff/readable';
import type { RiskClass } from '../policy/schema';

/** What the pages of a release show; every text of it is escaped. */
export interface Shown {
	readonly title: string;
	readonly spine: string;
	readonly riskClass: RiskClass;
	readonly classReasons: readonly string[];
	readonly differences: readonly ReadableChange[];
	readonly steps: readonly { readonly step: string; readonly status: string; readonly sentence: string }[];
	readonly checks: readonly CheckResult[];
	/** Checks that the same page asks a line for; they are no finding. */
	readonly texts: readonly { readonly field: string; readonly check: string }[];
}

/** A sentence begins with a capital. */
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const MOST_REASONS = 5;

const value = (text: string | null): Html =>
	text === null ? html`<i>nothing</i>` : html`<pre>${text}</pre>`;

/** The differences with their values: what, before, after. */
export function differencesHtml({ differences }: Pick<Shown, 'differences'>): Html {
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

/** The class, and why it is that. */
export function classHtml({ riskClass, classReasons }: Pick<Shown, 'riskClass' | 'classReasons'>): Html {
	const shown = classReasons.slice(0, MOST_REASONS);
	const more = classReasons.length - shown.length;
	return html`<h3>This change is ${riskClass}</h3>
		<ul>
			${shown.map((reason) => html`<li>${reason}</li>`)}
			${more > 0 ? [html`<li>and ${more} more reasons</li>`] : []}
		</ul>`;
}

const byStatus = (checks: readonly CheckResult[], status: CheckResult['status']): readonly CheckResult[] =>
	checks.filter((check) => check.status === status);

/** One check with its reason and what to do. */
const item = ({ question, reason, remedy }: CheckResult): Html =>
	html`<li><b>${question}</b> ${reason} ${remedy === '' ? [] : [html`<i>${remedy}</i>`]}</li>`;

/** The checks that stand on a line which the page asks for. */
const documentChecks = (texts: Shown['texts']): readonly string[] =>
	texts.flatMap(({ field, check }) =>
		field === 'documents' ? ['documents-current', 'playbooks-updated'] : [check],
	);

/** How many checks pass, fail, wait and were left out, with those that fail. */
export function findingsHtml({ checks, steps, texts }: Pick<Shown, 'checks' | 'steps' | 'texts'>): Html {
	const asked = documentChecks(texts);
	const failed = byStatus(checks, 'fail').filter(({ id }) => !asked.includes(id));
	const [passed, unknown, skipped] = (['pass', 'unknown', 'skipped'] as const).map(
		(status) => byStatus(checks, status).length,
	);
	const stopped = steps.filter(({ status }) => status === 'failed');
	return html`<h3>What machines found</h3>
		<p>
			${passed ?? 0} checks pass, ${failed.length} fail, ${unknown ?? 0} are
			open${(skipped ?? 0) > 0 ? `, ${skipped} were left out by policy` : ''}.
		</p>
		${
			failed.length > 0
				? [
						html`<ul>
							${failed.map(item)}
						</ul>`,
					]
				: []
		}
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
	html`<ul>
		${checks.filter(({ status }) => status === 'fail' || status === 'unknown').map(item)}
	</ul>`;
