import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** What happens to one statement of a connection that goes through the proxy. */
export interface Fault {
	/** Which statement is struck, counted from 1 since the fault was set. */
	readonly at: number;
	/**
	 * `before`: the connection is cut, and the server never sees the statement. `after`: the server has answered it,
	 * and the client never hears. `terminate`: the server ends the session by itself, as a restart or an
	 * administrator does, and then the statement arrives.
	 */
	readonly how: 'before' | 'after' | 'terminate';
}

export interface PostgresProxy {
	/** The database's URL, by way of the proxy. */
	readonly url: string;
	/** Statements that clients sent since the last fault was set or cleared. */
	readonly statements: readonly string[];
	/** Sets the fault for what comes next, or none. */
	strike(fault: Fault | null): void;
	/** Changes the text of simple statements on their way. */
	rewrite(change: (sql: string) => string): void;
	close(): Promise<void>;
}

interface Message {
	readonly type: string;
	readonly bytes: Buffer;
}

/** Cuts a stream of Postgres messages into messages; the first of a client has no type. */
function reader(startup: boolean): (part: Buffer) => readonly Message[] {
	let rest = Buffer.alloc(0);
	let first = startup;
	return (part) => {
		rest = Buffer.concat([rest, part]);
		const messages: Message[] = [];
		for (;;) {
			const head = first ? 0 : 1;
			if (rest.length < head + 4) return messages;
			const length = head + rest.readInt32BE(head);
			if (rest.length < length) return messages;
			messages.push({
				type: first ? '' : String.fromCharCode(rest[0] ?? 0),
				bytes: rest.subarray(0, length),
			});
			rest = rest.subarray(length);
			first = false;
		}
	};
}

const textOf = ({ type, bytes }: Message): string => {
	const from = type === 'P' ? bytes.indexOf(0, 5) + 1 : 5;
	return bytes.toString('utf8', from, bytes.indexOf(0, from));
};

const simpleQuery = (sql: string): Buffer => {
	const text = Buffer.from(`${sql}\u0000`);
	const head = Buffer.alloc(5, 'Q');
	head.writeInt32BE(text.length + 4, 1);
	return Buffer.concat([head, text]);
};

/**
 * A TCP proxy before a Postgres server that can break a connection at any one statement. `terminate` ends the server's
 * process with this id.
 */
export async function postgresProxy(
	server: string,
	terminate: (pid: number) => Promise<unknown>,
): Promise<PostgresProxy> {
	const target = new URL(server);
	const sockets = new Set<Socket>();
	const statements: string[] = [];
	let fault: Fault | null = null;
	let change = (sql: string): string => sql;

	const listener = createServer((client) => {
		const upstream = connect(Number(target.port || 5432), target.hostname);
		let pid = 0;
		let struck = false;
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('error', () => undefined).on('close', () => void sockets.delete(socket));
		}
		const cut = (): void => {
			client.resetAndDestroy();
			upstream.destroy();
		};
		const fromClient = reader(true);
		const forward = async (message: Message): Promise<void> => {
			if (message.type === 'Q' || message.type === 'P') {
				statements.push(textOf(message));
				if (fault?.at === statements.length) {
					if (fault.how === 'before') return cut();
					if (fault.how === 'terminate') await terminate(pid);
					else struck = true;
				}
			}
			upstream.write(message.type === 'Q' ? simpleQuery(change(textOf(message))) : message.bytes);
		};
		let queue = Promise.resolve();
		client.on('data', (part: Buffer) => {
			for (const message of fromClient(part)) queue = queue.then(() => forward(message));
		});
		const fromServer = reader(false);
		upstream.on('data', (part: Buffer) => {
			for (const { type, bytes } of fromServer(part)) {
				if (type === 'K') pid = bytes.readInt32BE(5);
				if (!struck) client.write(bytes);
				else if (type === 'Z') cut();
			}
		});
		client.on('close', () => upstream.destroy());
		upstream.on('close', () => client.destroy());
	}).listen(0, '127.0.0.1');
	await once(listener, 'listening');

	const url = new URL(server);
	url.hostname = '127.0.0.1';
	url.port = String((listener.address() as AddressInfo).port);
	return {
		url: url.href,
		statements,
		strike: (next) => {
			fault = next;
			statements.length = 0;
		},
		rewrite: (next) => {
			change = next;
		},
		close: async () => {
			for (const socket of sockets) socket.destroy();
			listener.close();
			await once(listener, 'close');
		},
	};
}
