import type { IExecuteFunctions } from 'n8n-workflow';

/** What an execution is found by in n8n's list, under *custom data*: at most ten keys an execution, letters and `_`. */
export interface ExecutionNote {
	readonly spine?: string;
	readonly slot?: string;
	readonly release?: string;
	/** Counts, added up over the nodes and runs of the execution. */
	readonly counts?: Readonly<Record<string, number>>;
}

interface CustomData {
	readonly set: (key: string, value: string) => void;
	readonly get: (key: string) => unknown;
}

/** The custom data of the execution, as a Code node has it; `null` where this n8n gives none. */
function customDataOf(ctx: IExecuteFunctions): CustomData | null {
	try {
		const { $execution } = ctx.getWorkflowDataProxy(0) as {
			$execution?: { customData?: Partial<CustomData> };
		};
		const { set, get } = $execution?.customData ?? {};
		return set && get ? { set, get } : null;
	} catch {
		return null;
	}
}

/**
 * Notes on the execution what it served, so that it is found by it: spine, slot, release and counts. Kept by every n8n, and
 * searchable where its licence has that. Never fails the run: the ledger has it all.
 */
export function noteExecution(ctx: IExecuteFunctions, { counts = {}, ...names }: ExecutionNote): void {
	const data = customDataOf(ctx);
	if (data === null) return;
	try {
		for (const [key, value] of Object.entries(names)) if (value) data.set(key, value);
		for (const [key, count] of Object.entries(counts)) {
			const before = Number(data.get(key) ?? 0);
			if (count > 0) data.set(key, String((Number.isFinite(before) ? before : 0) + count));
		}
	} catch {
		return;
	}
}

/** What came of a batch in one sentence: `690 sent, 3 refused: lease-lost (2), paused (1)`. Empty for nothing. */
export function outcomeSentence(
	done: string,
	count: number,
	others: readonly { readonly word: string; readonly reasons: readonly string[] }[],
): string {
	const parts = count > 0 ? [`${count} ${done}`] : [];
	for (const { word, reasons } of others) {
		if (reasons.length === 0) continue;
		parts.push(`${reasons.length} ${word}: ${countedReasons(reasons)}`);
	}
	return parts.length === 0 ? '' : `${parts.join(', ')}.`;
}

/** Most reasons that a sentence names. */
const NAMED = 4;

/** Reasons with how often each came, most frequent first: `no topic (2), opted out (1)`. */
export function countedReasons(reasons: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const reason of reasons) {
		const text = reason.replace(/\.$/, '');
		counts.set(text, (counts.get(text) ?? 0) + 1);
	}
	const sorted = [...counts].sort((a, b) => b[1] - a[1]);
	const named = sorted.slice(0, NAMED).map(([text, count]) => `${text} (${count})`);
	const left = sorted.slice(NAMED).reduce((sum, [, count]) => sum + count, 0);
	return [...named, ...(left > 0 ? [`other reasons (${left})`] : [])].join(', ');
}
