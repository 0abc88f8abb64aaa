import { durationMs } from '../checks';
import { entryId, isPlain, type Plain } from './entries';
import { riskClasses, type Policy, type RiskClass } from './schema';

/** One place where a policy asks for less than another one; `null` where one side has nothing. */
export interface Weakening {
	readonly path: string;
	readonly from: string | null;
	readonly to: string | null;
}

/** Whether the new value asks for at least as much as the old one. `undefined`: nothing is said. */
type AtLeastAsStrict = (from: unknown, to: unknown) => boolean;

const list = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? (value as readonly unknown[]) : [];
const within = (inner: unknown, outer: unknown): boolean =>
	list(inner).every((entry) => list(outer).includes(entry));
const rank = (value: unknown): number => riskClasses.indexOf(value as RiskClass);

const free: AtLeastAsStrict = () => true;
const more: AtLeastAsStrict = (from, to) =>
	typeof to === 'number' && (from === undefined || (typeof from === 'number' && to >= from));
const less: AtLeastAsStrict = (from, to) =>
	typeof to === 'number' && (from === undefined || (typeof from === 'number' && to <= from));
const longer: AtLeastAsStrict = (from, to) =>
	typeof to === 'string' && (typeof from !== 'string' || durationMs(to) >= durationMs(from));
const shorter: AtLeastAsStrict = (from, to) =>
	typeof to === 'string' && (typeof from !== 'string' || durationMs(to) <= durationMs(from));
const on: AtLeastAsStrict = (_from, to) => to === true;
const off: AtLeastAsStrict = (_from, to) => to === false;
const higher: AtLeastAsStrict = (from, to) => rank(to) >= rank(from);
const superset: AtLeastAsStrict = (from, to) => within(from, to);
const subset: AtLeastAsStrict = (from, to) => within(to, from);
/** A list that narrows who counts, and lets everybody count while it is empty. */
const narrower: AtLeastAsStrict = (from, to) =>
	list(to).length > 0 && (list(from).length === 0 || within(to, from));
/** A list of what a rule is for, and for everything while it is empty. */
const wider: AtLeastAsStrict = (from, to) =>
	list(to).length === 0 || (list(from).length > 0 && within(from, to));
/** A whole entry of a list that was not there before. */
const added: AtLeastAsStrict = (from) => from === undefined;
/** A surface that was not named counted as critical. */
const namedCritical: AtLeastAsStrict = (from, to) =>
	to === undefined || (from === undefined && isPlain(to) && to.class === 'critical');

/**
 * What is stricter, field by field; `[]` stands for any entry of a list. Whatever no line names is taken for weaker
 * when it changes: a policy that cannot be compared is not a stricter one.
 */
const rules: readonly (readonly [RegExp, AtLeastAsStrict])[] = [
	[/^(?:name|title|principle)$|\.(?:line|question|remedy|group|label)$/, free],
	[/^surfaces\[\]$/, namedCritical],
	[/^surfaces\[\]\.class$|^unsureClass$/, higher],
	[/^notReleases$/, subset],
	[/^(?:checks|windows\.deny|monitoring\.thresholds|serviceLevels)\[\]$/, added],
	[/^checks\[\]\.answeredBy\.(?:machines|roles)$/, subset],
	[/^checks\[\]\.freshFor$|^(?:dryRun|drill|pressure)\.freshFor$/, shorter],
	[/^checks\[\]\.appliesTo\.(?:classes|kinds|surfaces)$/, wider],
	[/^(?:kinds\.\w+\.approval|approvalsByClass\.\w+)\.count$/, more],
	[/^(?:kinds\.\w+\.approval|approvalsByClass\.\w+)\.anyOf$|^kinds\.\w+\.purposes$/, narrower],
	[/^(?:kinds\.\w+\.approval|approvalsByClass\.\w+)\.allOf$/, superset],
	[/^(?:kinds\.\w+\.approval|approvalsByClass\.\w+)\.expiresAfter$/, shorter],
	[/^kinds\.\w+\.maySkip$/, subset],
	[/^kinds\.\w+\.(?:within|followUpWithin|documentedWithin)$/, shorter],
	[/^kinds\.\w+\.(?:ignoresWindows|shipsWithSpentBudget)$/, off],
	[/^windows\.recoveryBeforeNextSlot$|^migrations\.unreadFor$/, longer],
	[/^windows\.maxDueAhead$|^pressure\.maxNewContactsPerHour$/, less],
	[/^pressure\.minApiCallsLeft$/, more],
	[/^pressure\.vendors$|^(?:dryRun|drill)\.classes$/, superset],
	[/^drill\.maxDuration$|^monitoring\.checkEvery$|^rollback\.within$/, shorter],
	[/^monitoring\.fullCycles$/, more],
	[/^monitoring\.(?:firstWatch|atLeast)$/, longer],
	[/^monitoring\.thresholds\[\]\.(?:healthy|rollback)$|^monitoring\.sameReports$/, less],
	[/^monitoring\.singleEvents$|^documents\.mustUpdate$/, superset],
	[/^rollback\.automatic$|^documents\.laggingHolds$/, on],
	[/^people\.typedCounts$/, off],
	[/^rollback\.decidedBy$/, subset],
	[/^rollback\.explainToUsers$|^announcements\.toUsers$/, off],
];

const judge = (kind: string, from: unknown, to: unknown): boolean =>
	rules.find(([pattern]) => pattern.test(kind))?.[1](from, to) ?? false;

const spell = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** Entries of a list by what names them; `null` for a list of plain values. */
function entries(from: unknown, to: unknown): ReadonlyMap<string, readonly [unknown, unknown]> | null {
	const all = [...list(from), ...list(to)];
	if (all.length === 0 || !all.every((entry) => entryId(entry) !== null)) return null;
	const before = new Map(list(from).map((entry) => [entryId(entry) ?? '', entry]));
	const after = new Map(list(to).map((entry) => [entryId(entry) ?? '', entry]));
	return new Map([...before.keys(), ...after.keys()].map((id) => [id, [before.get(id), after.get(id)]]));
}

function compare(from: unknown, to: unknown, kind: string, path: string, found: Weakening[]): void {
	if (spell(from) === spell(to)) return;
	const named = entries(from, to);
	if (named) {
		for (const [id, [before, after]] of named) {
			const place = `${path}[${id}]`;
			if (before !== undefined && after !== undefined) compare(before, after, `${kind}[]`, place, found);
			else if (!judge(`${kind}[]`, before, after))
				found.push({ path: place, from: spell(before), to: spell(after) });
		}
		return;
	}
	if (
		(isPlain(from) || from === undefined) &&
		(isPlain(to) || to === undefined) &&
		(from ?? to) !== undefined
	) {
		const [before, after]: readonly [Plain, Plain] = [from ?? {}, to ?? {}];
		for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
			compare(before[key], after[key], kind ? `${kind}.${key}` : key, path ? `${path}.${key}` : key, found);
		return;
	}
	if (!judge(kind, from, to)) found.push({ path, from: spell(from), to: spell(to) });
}

/**
 * Where a policy asks for less than another one, path by path; empty when it is at least as strict in everything. What
 * cannot be compared counts as less.
 */
export function weakenings(from: Policy, to: Policy): readonly Weakening[] {
	const found: Weakening[] = [];
	compare(from, to, '', '', found);
	return found;
}
