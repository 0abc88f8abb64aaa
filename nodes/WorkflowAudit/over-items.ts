import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toGateError } from '../../core/errors/unknown';
import { toNodeError } from '../kit/errors';
import { Answers } from './answer';
import { choicesOf } from './parameters';

/**
 * Runs `work` for every input item. An item that cannot be audited leaves at violated with the reason, and the
 * others go on. What concerns the whole batch (the policy) throws, unless the node continues on fail.
 */
export async function auditItems(
	ctx: IExecuteFunctions,
	work: (answers: Answers, index: number, choices: ReturnType<typeof choicesOf>) => Promise<void>,
): Promise<INodeExecutionData[][]> {
	const items = ctx.getInputData();
	let choices;
	try {
		choices = choicesOf(ctx);
	} catch (error) {
		if (!ctx.continueOnFail()) throw toNodeError(ctx, error);
		const answers = new Answers(ctx, { policy: {} as never, htmlField: null });
		items.forEach((_item, index) => answers.unreadable(index, toGateError(error)));
		return answers.finish();
	}
	const answers = new Answers(ctx, choices);
	for (const index of items.keys()) {
		try {
			await work(answers, index, choices);
		} catch (error) {
			answers.unreadable(index, toGateError(error));
		}
	}
	return answers.finish();
}
