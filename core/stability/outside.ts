import { isFields } from '../delivery/fields';
import { parseDeliveryKey } from '../delivery/key';
import type { DeliveryRef, Instant } from '../delivery/types';
import type { ExternalMetric } from './observation';
import { percentile95, rangeOf95 } from './timing';

/** What the items given to a check say: metrics, reports, broken paths, and messages a provider accepted. */
export interface OutsideWord {
	readonly metrics: readonly ExternalMetric[];
	readonly reports: Readonly<Record<string, number>>;
	readonly brokenFeatures: readonly string[];
	/** Live deliveries the provider accepted messages for, one entry per message; `null` when it was not asked. */
	readonly messages: readonly DeliveryRef[] | null;
	/** Why items could not be used, one sentence each, with their number. */
	readonly unread: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const numberOf = (value: unknown): number | undefined => {
	const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
};

const textOf = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined;

/** Epoch seconds (Prometheus), epoch milliseconds, or ISO 8601. */
function instantOf(value: unknown): Instant | undefined {
	const number = numberOf(value);
	if (number !== undefined) return number < 100_000_000_000 ? Math.round(number * 1000) : Math.round(number);
	const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
	return Number.isNaN(at) ? undefined : at;
}

/** `{name, value | values, count?, baseline?, at?}`; `values` are raw observations, of which the 95th percentile counts, with how sure it is. */
function metricOf(item: Fields, now: Instant): ExternalMetric | null {
	const name = textOf(item.name) ?? textOf(item.metric);
	const values = Array.isArray(item.values)
		? item.values.map(numberOf).filter((one) => one !== undefined)
		: [];
	const value = numberOf(item.value) ?? percentile95(values) ?? undefined;
	const at = item.at === undefined ? now : instantOf(item.at);
	if (name === undefined || value === undefined || at === undefined) return null;
	const count = numberOf(item.count) ?? (values.length > 0 ? values.length : undefined);
	const baseline = numberOf(item.baseline);
	return {
		name,
		value,
		at,
		...(count === undefined ? {} : { count }),
		...(values.length > 0 && numberOf(item.value) === undefined ? { range: rangeOf95(values) } : {}),
		...(baseline === undefined ? {} : { baseline }),
	};
}

/** Live delivery a message names in its metadata; `null` for mail that is none of ours, or of a rehearsal. */
function deliveryOf(message: unknown): DeliveryRef | null {
	const metadata = isFields(message) ? message.Metadata : undefined;
	const key = isFields(metadata) ? textOf(metadata.delivery_key) : undefined;
	if (!isFields(metadata) || key === undefined) return null;
	try {
		const ref = parseDeliveryKey(key);
		return ref.space === 'live' ? ref : null;
	} catch {
		return DIGEST.test(key) ? refOfParts(metadata) : null;
	}
}

/** What stands in place of a key too long for the metadata: its SHA-256, beside the parts of the key. */
const DIGEST = /^[0-9a-f]{64}$/;

function refOfParts({ spine, recipient, slot }: Fields): DeliveryRef | null {
	const [a, b, c] = [textOf(spine), textOf(recipient), textOf(slot)];
	return a === undefined || b === undefined || c === undefined
		? null
		: { spine: a, space: 'live', recipient: b, slot: c };
}

/**
 * Reads the items a check was given. An item is one of: a metric `{name, value, count?, baseline?, at?}`; reports
 * `{report, people}`; a broken path `{brokenFeature}`; a page of Postmark's outbound messages `{Messages: […]}`. Empty
 * items say nothing. Never throws: what cannot be used is named in `unread`, and a check treats it as a broken source.
 */
export function readOutside(items: readonly Fields[], now: Instant): OutsideWord {
	const metrics: ExternalMetric[] = [];
	const reports: Record<string, number> = {};
	const brokenFeatures: string[] = [];
	let messages: DeliveryRef[] | null = null;
	const shown = new Set<string>();
	/** Pages are asked for by offset, newest first: mail that leaves meanwhile moves what was seen onto the next page. */
	const isNew = (message: unknown): boolean => {
		const id = isFields(message) ? textOf(message.MessageID) : undefined;
		if (id === undefined) return true;
		const first = !shown.has(id);
		shown.add(id);
		return first;
	};
	const unread: string[] = [];
	items.forEach((item, index) => {
		if (Array.isArray(item.Messages)) {
			const fresh = item.Messages.filter(isNew).map(deliveryOf);
			messages = [...(messages ?? []), ...fresh.filter((ref) => ref !== null)];
			return;
		}
		const report = textOf(item.report);
		const broken = textOf(item.brokenFeature);
		if (report !== undefined) reports[report] = (reports[report] ?? 0) + (numberOf(item.people) ?? 1);
		else if (broken !== undefined) brokenFeatures.push(broken);
		else if (item.name !== undefined || item.metric !== undefined) {
			const metric = metricOf(item, now);
			if (metric) metrics.push(metric);
			else unread.push(`Item ${index} names a metric without a number or with an unreadable time.`);
		} else if (item.error !== undefined || item.failure !== undefined)
			unread.push(`Item ${index} is the error of an earlier node.`);
	});
	return { metrics, reports, brokenFeatures, messages, unread };
}
