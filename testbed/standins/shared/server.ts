import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { arrive, bodyText, leave, type Arrival } from '../../contracts/check';
import type { Contract } from '../../contracts/contract';
import { CallLog, type Call, type CallListener, type CallMatch } from './calls';
import { FaultBox, type Fault, type FaultAct, type FaultAnswer, type FaultOptions } from './faults';
import { Gates, type GateOptions, type GateState } from './gates';

/** What every stand-in lets a test do, in the process; `/__admin/...` offers the same over HTTP. */
export interface StandInAdmin {
	/** Calls received, oldest first, the admin's own excluded. */
	calls(match?: CallMatch): readonly Call[];
	clearCalls(): void;
	/** Plays a fault on the next matching calls. */
	fault(id: string, options?: FaultOptions): void;
	faultIds(): readonly string[];
	/** Faults that still wait for a call. */
	openFaults(): number;
	clearFaults(): void;
	/** Wakes `listener` before and after every call is applied; returns how to stop. */
	onCall(listener: CallListener): () => void;
	/** Holds a call; see {@link Gates}. */
	gate(options?: GateOptions): GateState;
	gateReached(id: number, ms: number): Promise<GateState>;
	releaseGate(id: number): GateState;
	clearGates(): void;
}

/** A running stand-in. */
export interface StandIn<Admin extends StandInAdmin> {
	readonly url: string;
	readonly admin: Admin;
	close(): Promise<void>;
}

/** The server all stand-ins share, before it listens. */
export interface Bench {
	readonly app: FastifyInstance;
	readonly admin: StandInAdmin;
	listen(host: string, port: number): Promise<string>;
	close(): Promise<void>;
}

const callOf = new WeakMap<FastifyRequest, Call>();
const faultOf = new WeakMap<FastifyRequest, { fault: Fault; variant: string }>();
const arrivalOf = new WeakMap<FastifyRequest, Arrival>();

function playRaw(reply: FastifyReply, act: Exclude<FaultAct, undefined>): void {
	reply.hijack();
	if (act === 'reset') reply.raw.socket?.destroy();
	if (typeof act === 'string') return;
	reply.raw.writeHead(act.status, act.headers ?? {});
	reply.raw.end(bodyText(act));
}

/**
 * Builds the server: call log, faults, gates and their admin routes; the vendor adds its own. Every call and every
 * answer is held against the vendor's contract; a fault that says it is outside of it is not.
 */
export function createBench(faults: readonly Fault[], contract?: Contract, keepCalls = 20_000): Bench {
	const app = fastify({ bodyLimit: 64 * 1024 * 1024, forceCloseConnections: true, logger: false });
	const log = new CallLog(keepCalls);
	const box = new FaultBox(faults);
	const gates = new Gates(log);

	const look = (request: FastifyRequest, call: Call, answer: FaultAnswer): void => {
		const arrival = arrivalOf.get(request);
		if (contract === undefined || arrival === undefined) return;
		if (faultOf.get(request)?.fault.outside !== true) leave(contract, call, arrival, answer);
	};

	app.removeContentTypeParser('application/json');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
		try {
			done(null, text === '' ? undefined : JSON.parse(String(text)));
		} catch {
			done(Object.assign(new Error('Invalid input JSON'), { statusCode: 400 }), undefined);
		}
	});

	app.addHook('preHandler', async (request, reply) => {
		const path = request.url.split('?')[0] ?? '';
		if (path.startsWith('/__admin')) return;
		const call = log.open({
			at: Date.now(),
			method: request.method,
			path,
			query: request.query as Record<string, unknown>,
			body: request.body,
			headers: { ...request.headers, authorization: undefined },
		});
		callOf.set(request, call);
		if (contract !== undefined) arrivalOf.set(request, arrive(contract, call));
		await log.tell(call, 'before');
		const played = box.next(call);
		if (played === undefined) return;
		call.fault = played.fault.id;
		faultOf.set(request, played);
		const act = await played.fault.before?.(call, played.variant);
		request.body = call.body;
		if (act === undefined) return;
		if (typeof act !== 'string') {
			call.status = act.status;
			look(request, call, act);
		}
		playRaw(reply, act);
	});

	app.addHook('onSend', async (request, reply, payload) => {
		const call = callOf.get(request);
		if (call === undefined) return payload;
		await log.tell(call, 'after');
		const played = faultOf.get(request);
		const text = typeof payload === 'string' ? payload : '';
		const act = await played?.fault.after?.(call, played.variant, {
			status: reply.statusCode,
			body: text === '' ? undefined : (JSON.parse(text) as unknown),
		});
		if (act === 'reset' || act === 'silence') {
			playRaw(reply, act);
			return payload;
		}
		if (act !== undefined) {
			void reply.code(act.status);
			for (const [name, value] of Object.entries(act.headers ?? {})) void reply.header(name, value);
			call.status = act.status;
			look(request, call, act);
			return bodyText(act);
		}
		call.status = reply.statusCode;
		look(request, call, { status: reply.statusCode, raw: text });
		return payload;
	});

	const admin: StandInAdmin = {
		calls: (match) => log.list(match),
		clearCalls: () => log.clear(),
		fault: (id, options) => box.play(id, options),
		faultIds: () => box.ids(),
		openFaults: () => box.open(),
		clearFaults: () => box.clear(),
		onCall: (listener) => log.listen(listener),
		gate: (options) => gates.set(options),
		gateReached: (id, ms) => gates.reached(id, ms),
		releaseGate: (id) => gates.release(id),
		clearGates: () => gates.clear(),
	};
	addAdminRoutes(app, admin);

	return {
		app,
		admin,
		listen: (host, port) => app.listen({ host, port }),
		close: async () => {
			gates.clear();
			await app.close();
		},
	};
}

function addAdminRoutes(app: FastifyInstance, admin: StandInAdmin): void {
	app.get('/__admin/calls', async (request) => admin.calls(request.query as CallMatch));
	app.delete('/__admin/calls', async () => {
		admin.clearCalls();
		return { ok: true };
	});
	app.get('/__admin/faults', async () => ({ known: admin.faultIds(), open: admin.openFaults() }));
	app.post('/__admin/faults/:id', async (request) => {
		const { id } = request.params as { id: string };
		admin.fault(id, request.body ?? {});
		return { ok: true };
	});
	app.delete('/__admin/faults', async () => {
		admin.clearFaults();
		return { ok: true };
	});
	app.post('/__admin/gate', async (request) => admin.gate((request.body ?? {}) as GateOptions));
	app.get('/__admin/gate/:id', async (request) => {
		const { wait } = request.query as { wait?: string };
		return await admin.gateReached(Number((request.params as { id: string }).id), Number(wait ?? 0));
	});
	app.delete('/__admin/gate/:id', async (request) =>
		admin.releaseGate(Number((request.params as { id: string }).id)),
	);
	app.delete('/__admin/gate', async () => {
		admin.clearGates();
		return { ok: true };
	});
}
