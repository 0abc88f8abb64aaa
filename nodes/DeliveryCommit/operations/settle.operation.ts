import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import type { DeliverPorts } from '../../../app/deliver/ports';
import { settleByAnswers, type Answer } from '../../../app/deliver/settle-by-answers';
import { settleByPolicy } from '../../../app/deliver/settle-by-policy';
import { spinesOf } from '../../../app/deliver/spines';
import { envelopeOf, refOf } from '../../../core/delivery/envelope';
import { deliveryKey, parseDeliveryKey } from '../../../core/delivery/key';
import type { DeliveryRef } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { toGateError } from '../../../core/errors/unknown';
import { now } from '../../kit/clock';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { findEnvelopes } from '../../kit/envelope';
import { findTexts } from '../../kit/fields';
import { HARMLESS, type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { originOf } from '../../kit/origin';
import { Parameters } from '../../kit/parameters';
import { flushAtOnce } from '../flush-at-once';
import { answerParameters, answerRule } from '../answers';
import { DONE } from '../outputs';
import { writeBack } from '../write-back';

export const option = {
	name: 'Settle In-Doubt',
	value: 'settle',
	action: 'Settle deliveries in doubt',
	description: 'Settle sends that nobody knows the end of, without ever sending again blindly',
};

export const description: INodeProperties[] = shownFor({ operation: ['settle'] }, [
	{
		displayName: 'Settle By',
		name: 'settleBy',
		type: 'options',
		options: [
			{
				name: "Provider's Answer",
				value: 'answers',
				description: 'Each item says whether the provider knows the message',
			},
			{
				name: "Person's Answer",
				value: 'person',
				description: 'Each item says whether a person found the message, for a spine that waits for one',
			},
			{
				name: "Spine's Policy",
				value: 'policy',
				description: 'As the spine is configured, for all in doubt',
			},
		],
		default: 'answers',
	},
	spineParameter({ displayOptions: { show: { settleBy: ['policy'] } } }),
	...answerParameters,
]);

/** The delivery each item is about: by the key in its field, else by its envelope. What has none leaves refused. */
const refsOf = (ctx: IExecuteFunctions, out: ItemOutputs): readonly (DeliveryRef | null)[] => {
	const keys = findTexts(ctx, out.items, new Parameters(ctx).text('keyField'));
	const envelopes = keys.includes(undefined) ? findEnvelopes(ctx, out.items) : [];
	return keys.map((key, index) => {
		try {
			if (key !== undefined) return parseDeliveryKey(key);
			const found = envelopes[index];
			if (found?.status === 'found') return refOf(found.envelope);
			throw found?.error ?? gateError('envelope-missing', { item: index });
		} catch (error) {
			out.refuse(index, toGateError(error));
			return null;
		}
	});
};

async function byAnswers(
	ctx: IExecuteFunctions,
	ports: DeliverPorts,
	out: ItemOutputs,
	person: boolean,
): Promise<readonly string[]> {
	const refs = refsOf(ctx, out);
	const spines = await spinesOf(
		ports.ledger,
		refs.flatMap((ref) => ref?.spine ?? []),
	);
	const rule = answerRule(ctx, person);
	const answers = refs.flatMap((ref, index): (Answer & { readonly index: number })[] => {
		if (ref === null) return [];
		const spine = spines.get(ref.spine);
		if (!spine) {
			out.misconfigured(index, gateError('ledger-spine-unknown', { spine: ref.spine }));
			return [];
		}
		const found = rule.read(out.items[index]?.json ?? {}, deliveryKey(ref));
		return [{ index, ref, spine, ...found }];
	});
	const results = await settleByAnswers(ports, answers, rule.answerer);
	answers.forEach(({ index, ref }, at) => {
		const result = results[at];
		const delivery = envelopeOf(ref);
		if (result?.status === 'refused' || result?.status === 'in-doubt') {
			const { status, reason, explanation: message } = result;
			out.refuse(index, { status, reason, message }, { delivery });
		} else if (result) {
			const written = result.status === 'committed' ? writeBack(result.writes) : {};
			out.put(DONE, index, { delivery, releaseGate: { status: result.status }, ...written });
		}
	});
	return results.flatMap((result) => (result.status === 'committed' ? result.outboxIds : []));
}

/** Each named spine once. Done: one summary per spine, after what a node of the user is to write; refused: one record per delivery that stays in doubt. */
async function byPolicy(
	ctx: IExecuteFunctions,
	ports: DeliverPorts,
	out: ItemOutputs,
): Promise<readonly string[]> {
	const outboxIds: string[] = [];
	const seen = new Set<string>();
	for (const index of out.items.keys()) {
		const name = new Parameters(ctx, index).picked('spine');
		if (seen.has(name)) {
			const message = 'This spine was settled with an earlier item.';
			out.put(DONE, index, { releaseGate: { status: 'known', message } });
			continue;
		}
		seen.add(name);
		const spine = name === '' ? null : await ports.ledger.spines.get(name);
		if (spine === null) {
			out.misconfigured(index, gateError('ledger-spine-unknown', { spine: name }));
			continue;
		}
		const { swept, settled, waiting, outboxIds: made, writes } = await settleByPolicy(ports, spine);
		outboxIds.push(...made);
		for (const { ref, message } of waiting) {
			const delivery = envelopeOf(ref);
			const releaseGate = { status: 'in-doubt', message };
			out.record(HARMLESS, index, { delivery, key: delivery.key, releaseGate });
		}
		if (spine.settings.writeBack === 'output') {
			for (const write of writes) {
				out.record(DONE, index, { spine: name, releaseGate: { status: 'committed' }, ...writeBack([write]) });
			}
		}
		out.record(DONE, index, { spine: name, ...swept, settled, waiting: waiting.length });
	}
	return outboxIds;
}

/** Sweeps the spines concerned, then settles. Outputs: refused or still in doubt (0), done (1). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const ledger = await withLedger(ctx);
		const ports = { ledger, now, by: originOf(ctx) };
		const settleBy = new Parameters(ctx).text('settleBy');
		const settled =
			settleBy === 'policy'
				? await byPolicy(ctx, ports, out)
				: await byAnswers(ctx, ports, out, settleBy === 'person');
		await flushAtOnce(ctx, ledger, settled);
	});
}
