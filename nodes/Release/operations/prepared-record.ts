import type { Prepared } from '../../../app/prepare';
import type { ReleaseGateError } from '../../../core/errors';
import type { ReadableChange } from '../../../core/release/diff/readable';
import {
	classHtml,
	differencesHtml,
	findingsHtml,
	openChecksHtml,
	supersedesHtml,
} from '../../../core/release/prepare/page';
import { standingOf } from '../../../core/release/decision';
import { reportOf } from '../../kit/items';
import { askedOn, type Question } from '../../../core/release/prepare/questions';

/** What a person picks for a check; a Record Evidence after the form takes the words as they are. */
const WORDS = ['Yes', 'No', 'Not known'] as const;

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** One field of a page of n8n's form (n8n-nodes-base, `Form/utils`, "Using JSON"; version 2.5 of the node). */
interface FormField {
	readonly fieldType: 'html' | 'dropdown' | 'textarea';
	readonly fieldLabel?: string;
	readonly fieldName?: string;
	readonly html?: string;
	readonly placeholder?: string;
	readonly requiredField?: boolean;
	readonly defaultValue?: string;
	readonly fieldOptions?: { readonly values: readonly { readonly option: string }[] };
}

/** A question as a list to pick from; what somebody said before is picked already, with who and when. */
export function fieldOf({ check, question, earlier }: Question): FormField {
	const again =
		earlier === null ? [] : [`Yes, as ${earlier.who} said on ${day(earlier.at)} for ${earlier.release}`];
	return {
		fieldType: 'dropdown',
		fieldLabel: question,
		fieldName: `check:${check}`,
		requiredField: true,
		...(again[0] === undefined ? {} : { defaultValue: again[0] }),
		fieldOptions: { values: [...again, ...WORDS].map((option) => ({ option })) },
	};
}

const TEXTS = {
	failureMode: {
		fieldLabel: 'How would it fail, if it fails, and who would notice?',
		placeholder: 'e.g. The first line reads stiffly; nobody misses a delivery.',
	},
	documents: {
		fieldLabel:
			'Documents: why do they stay as they are? For each that changes, a line such as runbook: https://…',
		placeholder: 'e.g. None of them speaks of the wording of the prompt.',
	},
} as const;

/** The page that asks: what changes, what machines found, and only what people must say. */
function formOf(prepared: Prepared): readonly FormField[] {
	const { differences, classification, checks, steps, texts, questions } = prepared;
	const shown = [
		...(prepared.supersedes.length > 0 ? [supersedesHtml(prepared.supersedes)] : []),
		differencesHtml(differences),
		classHtml(classification, prepared.heldTo),
		findingsHtml({ checks, steps, asked: askedOn(prepared) }),
	];
	return [
		...shown.map((part): FormField => ({ fieldType: 'html', html: part })),
		...texts.map(({ field }): FormField => ({
			fieldType: 'textarea',
			fieldName: field,
			requiredField: true,
			...TEXTS[field],
		})),
		...questions.map(fieldOf),
	];
}

/** A preparation as an item: where the release stands, what changes and why it has its class, what is open, the pages. */
export function preparedJson(prepared: Prepared): object {
	const { classification, checks, draft, workflow, rehearsal, ...rest } = prepared;
	const open = checks.filter(({ status }) => status === 'fail' || status === 'unknown');
	return {
		...rest,
		workflow,
		class: classification.riskClass,
		classReasons: classification.reasons,
		surfaces: classification.surfaces,
		checks: {
			...standingOf(checks),
			open: open.map(({ id, status, question, reason, remedy }) => ({
				check: id,
				status,
				question,
				reason,
				remedy,
			})),
		},
		rehearse: { workflow: draft, shadow: rehearsal !== '', label: rehearsal },
		form: formOf(prepared),
		page: { differences: differencesHtml(prepared.differences), open: openChecksHtml(checks) },
	};
}

/** A draft that was changed after it was shown, as an item: the reason, and what changed with its values. */
export function heldJson(
	spine: string,
	error: ReleaseGateError,
	differences: readonly ReadableChange[],
): object {
	return {
		spine,
		releaseGate: reportOf(error, 'held'),
		differences,
		page: { changed: differencesHtml(differences) },
	};
}
