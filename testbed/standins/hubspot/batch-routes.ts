import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ContactRow, HubSpotAccount } from './account';
import { contactAnswer, listOf, objectOf, textOf } from './answers';
import { invalid, invalidValues, problem, Refusal, type Problem } from './problems';

interface Input {
	readonly id: string;
	readonly trace: string | undefined;
	readonly idProperty: string | undefined;
	readonly properties: Readonly<Record<string, unknown>>;
}

/** How the batches of an account behave where portals differ or nobody knows. */
export interface BatchSettings {
	/** Answer 207 per input when every input carries its own trace id (documented for create, unproven for update). */
	honourTraceIds: boolean;
	/** Answer results in another order than asked. */
	shuffle: boolean;
	/** By contact id: the category of a refusal that concerns this input alone, whatever is written. */
	readonly troubles: Map<string, string>;
	/** Ids for which a batch read is refused as a whole. */
	readonly unreadable: Set<string>;
}

const missing = (ids: readonly string[]): Readonly<Record<string, unknown>> => ({
	status: 'error',
	category: 'OBJECT_NOT_FOUND',
	message: 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
	context: { ids },
});

function inputsOf(body: unknown, most: number, tooMany: string): Input[] {
	const inputs = listOf(objectOf(body, 'request')['inputs'], 'inputs').map((entry) => {
		const input = objectOf(entry, 'input');
		return {
			id: textOf(input['id']),
			trace: input['objectWriteTraceId'] === undefined ? undefined : textOf(input['objectWriteTraceId']),
			idProperty: input['idProperty'] === undefined ? undefined : textOf(input['idProperty']),
			properties: input['properties'] === undefined ? {} : objectOf(input['properties'], 'properties'),
		};
	});
	if (inputs.length > most) throw new Refusal(invalid(`${tooMany} is ${most}`));
	return inputs;
}

function refuseDuplicates(inputs: readonly Input[]): void {
	const seen = new Set<string>();
	const twice = inputs.filter((input) => seen.size === seen.add(input.id).size).map((input) => input.id);
	if (twice.length === 0) return;
	throw new Refusal(
		invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`, {
			context: { ids: twice },
		}),
	);
}

/** Batches of contacts, below `base`/batch. */
export function addBatchRoutes(
	app: FastifyInstance,
	account: HubSpotAccount,
	base: string,
	settings: BatchSettings,
): void {
	// From the dated paths on, what was refused stands beside what was written in a 200; v3 answers 207
	// (developers.hubspot.com/docs/api-reference/2026-03/crm/objects, batch update, read 2026-11-30).
	const partly = base.startsWith('/crm/v3/') ? 207 : 200;
	const done = (
		reply: FastifyReply,
		results: readonly unknown[],
		errors: readonly unknown[],
		status = 200,
	): Record<string, unknown> => {
		const at = new Date(account.clock()).toISOString();
		void reply.code(errors.length > 0 ? partly : status);
		const ordered = settings.shuffle ? [...results].reverse() : results;
		return {
			status: 'COMPLETE',
			results: ordered,
			...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
			startedAt: at,
			completedAt: at,
		};
	};

	/** Applies one write per input: all or nothing, unless every input carries a trace id of its own. */
	const apply = (
		reply: FastifyReply,
		inputs: readonly Input[],
		check: (input: Input) => Problem | null,
		write: (input: Input) => { readonly contact: ContactRow; readonly isNew?: boolean },
		status: number,
	): Record<string, unknown> => {
		const traced =
			settings.honourTraceIds &&
			inputs.every((input) => input.trace !== undefined) &&
			new Set(inputs.map((input) => input.trace)).size === inputs.length;
		const problems = new Map<Input, Problem>();
		for (const input of inputs) {
			const found = check(input);
			if (found === null) continue;
			if (!traced) throw new Refusal(found);
			problems.set(input, found);
		}
		const errors = [...problems].map(([input, found]) => ({
			status: 'error',
			category: found.body['category'],
			message: found.body['message'],
			context: { objectWriteTraceId: [input.trace] },
		}));
		const results = inputs
			.filter((input) => !problems.has(input))
			.map((input) => {
				const { contact, isNew } = write(input);
				return {
					...contactAnswer(account, contact, Object.keys(input.properties)),
					...(isNew === undefined ? {} : { new: isNew }),
					...(input.trace === undefined ? {} : { objectWriteTraceId: input.trace }),
				};
			});
		return done(reply, results, errors, status);
	};

	const checkValues = (input: Input): Problem | null => {
		const trouble = settings.troubles.get(input.id);
		if (trouble !== undefined) return problem(409, trouble, 'This record cannot be updated now');
		const values = account.check(input.properties);
		return values instanceof Map ? null : invalidValues(values);
	};

	app.post(`${base}/batch/read`, async (request, reply) => {
		const body = objectOf(request.body, 'request');
		const history = listOf(body['propertiesWithHistory'], 'propertiesWithHistory').map(String);
		const inputs =
			history.length > 0
				? inputsOf(
						body,
						50,
						'The maximum number of inputs supported in a batch request for property histories',
					)
				: inputsOf(body, 100, 'The maximum number of inputs supported in a batch request');
		refuseDuplicates(inputs);
		if (inputs.some(({ id }) => settings.unreadable.has(id))) throw new Refusal(invalid('Invalid input'));
		const archived = (request.query as { archived?: string }).archived === 'true';
		const found: ContactRow[] = [];
		const lost: string[] = [];
		for (const { id } of inputs) {
			const contact = account.findBy(body['idProperty'] as string | undefined, id);
			if (contact === undefined || contact.archived !== archived) lost.push(id);
			else if (!found.includes(contact)) found.push(contact);
		}
		const properties = listOf(body['properties'], 'properties').map(String);
		const results = found.map((contact) => contactAnswer(account, contact, properties, history));
		return done(reply, results, lost.length > 0 ? [missing(lost)] : []);
	});

	app.post(`${base}/batch/update`, async (request, reply) => {
		const inputs = inputsOf(request.body, 100, 'The maximum number of inputs supported in a batch request');
		refuseDuplicates(inputs);
		const named = inputs.find((input) => input.idProperty !== undefined);
		if (named !== undefined) {
			throw new Refusal(
				invalid(`Unable to perform update/upsert by non-unique 0-1 property ${named.idProperty ?? ''}`),
			);
		}
		const here = (input: Input): ContactRow | undefined => {
			const contact = account.find(input.id);
			return contact === undefined || contact.archived ? undefined : contact;
		};
		const present = inputs.filter((input) => here(input) !== undefined);
		const lost = inputs.filter((input) => !present.includes(input)).map((input) => input.id);
		const answer = apply(
			reply,
			present,
			checkValues,
			(input) => {
				const contact = here(input) as ContactRow;
				account.update(contact, input.properties);
				return { contact };
			},
			200,
		);
		if (lost.length === 0) return answer;
		const errors = [...((answer['errors'] as unknown[] | undefined) ?? []), missing(lost)];
		void reply.code(partly);
		return { ...answer, numErrors: errors.length, errors };
	});

	app.post(`${base}/batch/create`, async (request, reply) => {
		const inputs = inputsOf(request.body, 100, 'The maximum number of inputs supported in a batch request');
		const taken = (input: Input): Problem | null => {
			const email = input.properties['email'];
			const existing = typeof email === 'string' ? account.findBy('email', email) : undefined;
			return existing === undefined
				? checkValues(input)
				: problem(409, 'CONFLICT', `Contact already exists. Existing ID: ${existing.id}`);
		};
		return apply(reply, inputs, taken, (input) => ({ contact: account.create(input.properties) }), 201);
	});

	app.post(`${base}/batch/upsert`, async (request, reply) => {
		const inputs = inputsOf(request.body, 100, 'The maximum number of inputs supported in a batch request');
		refuseDuplicates(inputs);
		if (inputs.some((input) => input.idProperty === undefined))
			throw new Refusal(invalid('idProperty is required'));
		return apply(
			reply,
			inputs,
			checkValues,
			(input) => {
				const contact = account.findBy(input.idProperty, input.id);
				if (contact === undefined) {
					const properties = { [String(input.idProperty)]: input.id, ...input.properties };
					return { contact: account.create(properties), isNew: true };
				}
				account.update(contact, input.properties);
				return { contact, isNew: false };
			},
			200,
		);
	});

	app.post(`${base}/batch/archive`, async (request, reply) => {
		const inputs = inputsOf(request.body, 100, 'The maximum number of inputs supported in a batch request');
		for (const { id } of inputs) {
			const contact = account.find(id);
			if (contact !== undefined) account.archive(contact);
		}
		return reply.code(204).send();
	});
}
