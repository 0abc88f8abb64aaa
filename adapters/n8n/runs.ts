import type { ScheduledWorkflow, WorkflowRuns } from '../../app/ports/workflow-runs';
import { gateError } from '../../core/errors';
import type { Run } from '../../core/stability/schedule/judge';
import { intervalSchema } from '../../core/stability/schedule/rule';
import type { N8nCall } from './host';
import { type Fields, isObject, listOf } from './rows';

const SCHEDULE = 'n8n-nodes-base.scheduleTrigger';

const instant = (value: unknown): number | null => {
	const at = typeof value === 'string' ? Date.parse(value) : NaN;
	return Number.isFinite(at) ? at : null;
};

function intervalsIn(nodes: unknown): ScheduledWorkflow['intervals'] {
	return listOf(nodes)
		.filter(({ type, disabled }) => type === SCHEDULE && disabled !== true)
		.flatMap(({ parameters }) => {
			const rule = isObject(parameters) && isObject(parameters.rule) ? parameters.rule : {};
			// A node that was saved as it came has no rule: n8n takes one interval of its defaults.
			const given = Array.isArray(rule.interval) ? (rule.interval as unknown[]) : [{}];
			return given.map((one) => intervalSchema.safeParse(one).data ?? null);
		});
}

function workflowOf(row: Fields): ScheduledWorkflow {
	const published = isObject(row.activeVersion) ? row.activeVersion : row;
	const settings = isObject(row.settings) ? row.settings : {};
	const { timezone, saveDataSuccessExecution } = settings;
	return {
		id: String(row.id),
		name: String(row.name),
		intervals: intervalsIn(published.nodes ?? row.nodes),
		tags: listOf(row.tags).map(({ name }) => String(name)),
		timeZone: typeof timezone === 'string' && timezone !== 'DEFAULT' && timezone !== '' ? timezone : null,
		keepsGoodRuns: saveDataSuccessExecution !== 'none',
		changedAt: instant(row.updatedAt) ?? instant(row.createdAt) ?? 0,
	};
}

/** How n8n ends a run (`status` of its public API, n8n 2.40); what is new or waits is under way. */
const outcomes: Readonly<Record<string, Run['outcome']>> = {
	success: 'good',
	error: 'bad',
	crashed: 'bad',
	canceled: 'bad',
};

/** Modes in which nobody started it by hand. */
const byItself = ['trigger', 'webhook', 'retry'];

/** The instance behind `call`; `host` names it in errors and holds no key. Throws `n8n-unreachable`, `n8n-refused`, `n8n-odd-answer`. */
export function n8nRuns(call: N8nCall, host: string): WorkflowRuns {
	const ask = async (
		what: string,
		path: string,
		query: Readonly<Record<string, string>>,
	): Promise<Fields> => {
		let answer;
		try {
			answer = await call('GET', path, query);
		} catch (error) {
			throw gateError('n8n-unreachable', { host }, error);
		}
		const { status, body } = answer;
		if (status >= 400) throw gateError('n8n-refused', { what, status, reason: 'see the scopes of its key' });
		if (!isObject(body) || !Array.isArray(body.data)) throw gateError('n8n-odd-answer', { what });
		return body;
	};
	return {
		published: async () => {
			const found: ScheduledWorkflow[] = [];
			for (let cursor: string | null = ''; cursor !== null;) {
				const page: Fields = await ask('list workflows', '/workflows', {
					active: 'true',
					limit: '250',
					...(cursor === '' ? {} : { cursor }),
				});
				for (const row of listOf(page.data)) if (row.isArchived !== true) found.push(workflowOf(row));
				cursor = typeof page.nextCursor === 'string' && page.nextCursor !== '' ? page.nextCursor : null;
			}
			return found;
		},
		runs: async (id, limit) => {
			const { data } = await ask('list executions', '/executions', { workflowId: id, limit: String(limit) });
			return listOf(data)
				.filter(({ mode }) => byItself.includes(String(mode)))
				.flatMap(({ startedAt, stoppedAt, status }): Run[] => {
					const began = instant(startedAt);
					if (began === null) return [];
					return [
						{
							startedAt: began,
							stoppedAt: instant(stoppedAt),
							outcome: outcomes[String(status)] ?? 'under-way',
						},
					];
				})
				.sort((a, b) => b.startedAt - a.startedAt);
		},
	};
}
