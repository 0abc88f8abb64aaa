import { html, type Html } from '../page/html';
import type { RestoreReport } from './documents';
import type { Left } from './left';

/** A rollback as it is planned: what would go back, what stays, and what it costs. */
export interface ShownPlan {
	readonly snapshot: string;
	/** The spine that is paused meanwhile; `null` for none. */
	readonly pauses: string | null;
	readonly values: { readonly restore: number; readonly contacts: number };
	readonly workflows: readonly {
		readonly id: string;
		readonly publish: { readonly version: string } | 'unpublish' | null;
		readonly settings: object | null;
		readonly draft: object | null;
	}[];
	readonly settings: boolean;
	readonly flags: readonly string[];
	readonly definitions: readonly { readonly name: string }[];
	readonly left: readonly Left[];
	/** Calls that it takes, and the least time they take. */
	readonly calls: number;
	readonly atLeastMs: number;
}

/** A rollback that was performed. */
export interface ShownRollback {
	readonly steps: readonly string[];
	readonly wasPaused: boolean;
	readonly report: Pick<RestoreReport, 'values' | 'left' | 'unproven'>;
	readonly startedAt: number;
	readonly finishedAt: number | null;
}

const count = (found: number, one: string, many = `${one}s`): string =>
	`${found} ${found === 1 ? one : many}`;

/** Why something stays as it is, in words. */
const REASONS: Readonly<Record<string, string>> = {
	'changed-by-someone': 'somebody has changed it since',
	'review-open': 'n8n publishes nothing while its review is open; it is unpublished',
};

function workflowLines({ workflows }: ShownPlan): readonly Html[] {
	return workflows.flatMap(({ id, publish, settings, draft }) => [
		...(publish === 'unpublish' ? [html`<li>Workflow ${id} is unpublished, as it was before.</li>`] : []),
		...(publish !== null && publish !== 'unpublish'
			? [html`<li>Workflow ${id}: version ${publish.version} is published again.</li>`]
			: []),
		...(settings === null ? [] : [html`<li>Workflow ${id}: its settings go back.</li>`]),
		...(draft === null ? [] : [html`<li>Workflow ${id}: the editor shows that version again.</li>`]),
	]);
}

/** Most things left alone that a page names. */
const MOST_LEFT = 20;

function leftHtml(left: readonly Left[]): readonly Html[] {
	if (left.length === 0) return [];
	const shown = left
		.slice(0, MOST_LEFT)
		.map(
			({ what, property, contactId, reason }) =>
				html`<li>
					${what || `${property ?? 'a value'} of contact ${contactId ?? 'unknown'}`}:
					${REASONS[reason] ?? reason}
				</li>`,
		);
	const more = left.length - shown.length;
	return [
		html`<h3>What stays as it is</h3>
			<ul>
				${[...shown, ...(more > 0 ? [html`<li>and ${more} more</li>`] : [])]}
			</ul>`,
	];
}

/** What a rollback would put back, what it would leave and why, and what it costs; every text of it is escaped. */
export function planHtml(plan: ShownPlan): Html {
	const { pauses, values, settings, flags, definitions, left, calls, atLeastMs } = plan;
	const lines = [
		...(pauses === null ? [] : [html`<li>${pauses} pauses: nothing new is handed out.</li>`]),
		...workflowLines(plan),
		...(settings ? [html`<li>The settings of the spine go back.</li>`] : []),
		...flags.map((flag) => html`<li>The flag ${flag} is turned off.</li>`),
		...definitions.map(({ name }) => html`<li>The property ${name} of contacts goes back.</li>`),
		...(values.restore > 0
			? [
					html`<li>
						${count(values.restore, 'value')} of ${count(values.contacts, 'contact')}
						${values.restore === 1 ? 'goes' : 'go'} back.
					</li>`,
				]
			: []),
		...(pauses === null ? [] : [html`<li>${pauses} goes on in its rhythm.</li>`]),
	];
	return html`<h3>What is put back</h3>
		<ol>
			${lines}
		</ol>
		<p>
			About ${count(calls, 'call')}, ${Math.max(1, Math.ceil(atLeastMs / 1000))} s or more. No delivery is
			rewound, nothing is sent again.
		</p>
		${leftHtml(left)}`;
}

const STEPS: Readonly<Record<string, string>> = {
	pause: 'The spine was paused.',
	flags: 'Flags of the release are off.',
	workflows: 'The workflows run as before.',
	settings: 'The settings are as before.',
	definitions: 'The properties of contacts are as before.',
	values: 'The values of contacts are as before.',
	verify: 'All of it was read back and compared.',
};

/** What a rollback did, step by step, and what does not hold; every text of it is escaped. */
export function rollbackHtml({ steps, wasPaused, report, startedAt, finishedAt }: ShownRollback): Html {
	const { unproven, left, values } = report;
	const ends = wasPaused
		? 'The spine was paused before, and stays so.'
		: unproven.length > 0
			? 'The spine stays paused until that is mended.'
			: 'The spine goes on in its rhythm.';
	return html`<h3>What was done</h3>
		<ol>
			${steps.flatMap((step) => (STEPS[step] === undefined ? [] : [html`<li>${STEPS[step]}</li>`]))}
			<li>${ends}</li>
		</ol>
		<p>
			${count(values.restored, 'value')} put
			back${finishedAt === null ? '' : `, in ${((finishedAt - startedAt) / 1000).toFixed(1)} s`}.
		</p>
		${
			unproven.length > 0
				? [
						html`<h3>What is not as before</h3>
							<ul>
								${unproven.map((what) => html`<li>${what}</li>`)}
							</ul>`,
					]
				: []
		}
		${leftHtml(left)}`;
}
