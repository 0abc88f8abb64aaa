import type { IExecuteFunctions } from 'n8n-workflow';
import { type OutcomeWord, outcomeSentence } from '../../core/delivery/outcome-words';
import { withoutAddresses } from '../../core/desk/words';

/**
 * What an execution is found by in n8n's list, under *custom data*: n8n keeps ten keys of an execution, of letters and `_`
 * (`execution-metadata.js` of n8n-core 2.40), and these are ten at most.
 */
export interface ExecutionNote {
	readonly spine?: string;
	readonly slot?: string;
	readonly release?: string;
	/** What came of deliveries, added up over the nodes and runs of the execution. */
	readonly outcomes?: readonly OutcomeWord[];
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

/** Order of the sentence about an execution. */
const words = ['handed out', 'sent', 'rehearsed', 'held', 'refused', 'not accepted', 'failed'];

const keyOf = (word: string): string => word.replaceAll(' ', '_');

/** Executions whose reasons are remembered, and reasons of one word. */
const EXECUTIONS = 200;
const REASONS = 5_000;

/** Why deliveries of an execution were not sent, by word; what another process saw of it is missing. */
const reasonsOf = new Map<string, Map<string, string[]>>();

function remember(execution: string, outcomes: readonly OutcomeWord[]): ReadonlyMap<string, string[]> {
	const known = reasonsOf.get(execution) ?? new Map<string, string[]>();
	reasonsOf.delete(execution);
	reasonsOf.set(execution, known);
	for (const oldest of reasonsOf.keys()) {
		if (reasonsOf.size <= EXECUTIONS) break;
		reasonsOf.delete(oldest);
	}
	for (const { word, reasons = [] } of outcomes) {
		const list = known.get(word) ?? [];
		known.set(word, list);
		list.push(...reasons.slice(0, REASONS - list.length));
	}
	return known;
}

/** What was handed out is told only while it is not told what became of it. */
function told(counted: readonly OutcomeWord[]): readonly OutcomeWord[] {
	const of = (word: string): number => counted.find((one) => one.word === word)?.count ?? 0;
	const ended = words.slice(1).reduce((all, word) => all + (word === 'held' ? 0 : of(word)), 0);
	return counted.filter(({ word }) => word !== 'handed out' || ended < of(word));
}

const numberIn = (value: unknown): number => {
	const count = Number(value ?? 0);
	return Number.isFinite(count) ? count : 0;
};

/**
 * Notes on the execution what it served, so that it is found by it: spine, slot, release, counts, and `outcome`, the
 * sentence of the hints over the whole execution. Kept by every n8n, and searchable where its licence has that. The
 * node's span in OpenTelemetry gets the same, of this run of the node alone: n8n exports `metadata.tracing` of a node as
 * `n8n.node.custom.*` (`otel-lifecycle-handler.js` of n8n 2.40), where its licence has custom span attributes. Never
 * fails the run: the ledger has it all.
 */
export function noteExecution(ctx: IExecuteFunctions, { outcomes = [], ...names }: ExecutionNote): void {
	noteSpan(ctx, names, outcomes);
	try {
		const data = customDataOf(ctx);
		if (data === null) return;
		for (const [key, value] of Object.entries(names)) if (value) data.set(key, value);
		const reasons = remember(ctx.getExecutionId(), outcomes);
		const counted = words.map((word): OutcomeWord => {
			const now = outcomes.find((one) => one.word === word)?.count ?? 0;
			const count = numberIn(data.get(keyOf(word))) + now;
			return { word, count, reasons: reasons.get(word) ?? [] };
		});
		const sentence = outcomeSentence(told(counted));
		if (sentence !== '') data.set('outcome', withoutAddresses(sentence));
		for (const { word, count } of counted) if (count > 0) data.set(keyOf(word), String(count));
	} catch {
		return;
	}
}

function noteSpan(
	ctx: IExecuteFunctions,
	names: Omit<ExecutionNote, 'outcomes'>,
	outcomes: readonly OutcomeWord[],
): void {
	const attributes: Record<string, string | number> = {};
	for (const [key, value] of Object.entries(names)) if (value) attributes[`release_gate.${key}`] = value;
	for (const { word, count } of outcomes) attributes[`release_gate.${keyOf(word)}`] = count;
	try {
		ctx.setMetadata({ tracing: attributes });
	} catch {
		return;
	}
}
