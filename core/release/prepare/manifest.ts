import type { Brings, Manifest } from '../manifest';
import type { Policy } from '../policy/schema';
import type { ChangedDocument } from './documents';

/** What a person says of a change; everything else is found by machines. */
export interface Said {
	/** What changes, in one line. */
	readonly title: string;
	/** Why, in one line; empty where nobody said. */
	readonly why: string;
	/** E-mail of the account that asks for it, or the name somebody typed. */
	readonly requestedBy: string;
	readonly kind: Manifest['kind'];
	/** Why a hotfix is one; empty for the other kinds. */
	readonly purpose: string;
	/** The hotfix whose follow-up it is; empty where it is none. */
	readonly follows: string;
	/** How the change would fail; empty while nobody said. */
	readonly failureMode: string;
	/** Documents that change with it, by kind. */
	readonly documents: readonly ChangedDocument[];
	/** Why the other documents that the policy asks for stay as they are; empty while nobody said. */
	readonly othersStayBecause: string;
}

/** Ends of lines and other controls, and the marks that turn the direction of writing around. */
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** A text as one line in its own direction: on a page, in a chat or in a mail it cannot look like anybody else’s words. */
export const oneLine = (text: string): string => text.replace(BREAKS, ' ').replace(/\s+/g, ' ').trim();

/**
 * What a person said, with the lines that were said of the same draft before and are not said again: nobody writes them
 * twice while nothing changed.
 */
export function carriedOver(said: Said, before: Manifest): Said {
	const failureMode = said.failureMode === '' ? (before.failureMode ?? '') : said.failureMode;
	if (said.documents.length > 0 || said.othersStayBecause !== '') return { ...said, failureMode };
	const documents = before.documents.flatMap(({ kind, link, sha256 }): ChangedDocument[] =>
		link === undefined ? [] : [{ kind, link, ...(sha256 === undefined ? {} : { sha256 }) }],
	);
	const reasons = before.documents.flatMap(({ unchangedBecause }) => unchangedBecause ?? []);
	return { ...said, failureMode, documents, othersStayBecause: reasons[0] ?? '' };
}

/** What machines found of a change. */
export interface FoundChange {
	readonly spine: string;
	readonly workflow: { readonly id: string; readonly name: string };
	/** The version that is to be published, as n8n names it. */
	readonly version: string;
	/** The version that runs. */
	readonly runs: string;
	/** Surfaces that machines saw change. */
	readonly surfaces: readonly string[];
	readonly artifacts: Manifest['artifacts'];
	/** What Ship does besides publishing; empty where it only publishes. */
	readonly brings: Brings;
	/** Flags that the draft evaluates and what runs does not. */
	readonly flags: readonly string[];
	/** Who asked for the same release before, if somebody else did. */
	readonly askedBefore: readonly string[];
	/** Whether the rhythm of the spine changes. */
	readonly shiftsCadence: boolean;
	/** Whether the spine delivers nothing from a version that was not released. */
	readonly holdsUngated: boolean;
}

const TITLE_LETTERS = 40;
const VERSION_LETTERS = 8;

/**
 * An id that a person can tell from others: the title in small letters, and the beginning of the version's. The same
 * title and version give the same id.
 */
export function releaseIdFor(title: string, version: string): string {
	const words = title
		.normalize('NFKD')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, TITLE_LETTERS)
		.replace(/-+$/, '');
	const end = version
		.toLowerCase()
		.replace(/[^a-z0-9]/g, '')
		.slice(0, VERSION_LETTERS);
	return `${words === '' ? 'change' : words}-${end === '' ? 'new' : end}`;
}

/** What a rollback of it does, step by step: *Rollback Snapshot (Restore)* does these things in this order. */
const rollbackOf = (id: string, { workflow, runs, spine }: FoundChange): readonly string[] => [
	`Pause ${spine}: nothing new is handed out, and sends under way end.`,
	`Publish version ${runs} of ${workflow.name} again, and read back what is published.`,
	`Put back what else the release changed and nobody has changed since, from the snapshot before-${id}.`,
	`Resume ${spine}: no delivery is rewound or repeated.`,
];

/** The documents the policy asks for: those that change, by their link; for the others why they stay, where somebody said. */
function documentsOf(policy: Policy, { documents, othersStayBecause }: Said): Manifest['documents'] {
	const left = policy.documents.mustUpdate.filter((kind) => !documents.some((one) => one.kind === kind));
	return othersStayBecause === ''
		? [...documents]
		: [...documents, ...left.map((kind) => ({ kind, unchangedBecause: othersStayBecause }))];
}

/**
 * The manifest of a change, as far as it can be written: what a person said of it, and what machines found. The recovery
 * path, the rollback plan and its steps say what *Rollback Snapshot* does with the snapshot that is captured for it.
 */
export function manifestFor(id: string, policy: Policy, said: Said, found: FoundChange): unknown {
	const { title, why, requestedBy, kind, purpose, failureMode, follows } = said;
	const { spine, workflow, version, surfaces, artifacts, brings, flags, shiftsCadence, holdsUngated } = found;
	const steps = rollbackOf(id, found);
	return {
		id,
		title,
		subject: spine,
		kind,
		...(purpose === '' ? {} : { purpose }),
		requestedBy,
		...(found.askedBefore.length > 0 ? { askedBefore: found.askedBefore } : {}),
		...(follows === '' ? {} : { follows }),
		changes: [
			{
				id: 'draft',
				title: why === '' ? title : `${title}: ${why}`.slice(0, 200),
				kind: kind === 'hotfix' ? 'fix' : 'improvement',
				surfaces: surfaces.length > 0 ? surfaces : ['internal-comments'],
				author: requestedBy,
			},
		],
		...(failureMode === '' ? {} : { failureMode }),
		recoveryPath: `The rollback of ${id} publishes the version that runs now (${found.runs}) again. Deliveries that were made stay made; what is still due goes out with that version.`,
		rollbackPlan: steps.join(' '),
		rollbackSteps: steps,
		gatedBy: holdsUngated
			? `The release gate: Ship publishes it once the gate lets it through, and ${spine} delivers nothing from a version that was not released.`
			: 'The release gate: Ship publishes it once the gate lets it through.',
		documents: documentsOf(policy, said),
		workflow: { id: workflow.id, version, replaces: found.runs, with: [] },
		...(flags.length > 0 ? { flags } : {}),
		...(Object.keys(brings).length > 0 ? { brings } : {}),
		...(shiftsCadence ? { cadenceShiftReason: why === '' ? title : why } : {}),
		artifacts,
	};
}
