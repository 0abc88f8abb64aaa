import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A connection, as `smtp-server` keeps it. */
interface Open {
	readonly id: string;
	readonly _socket: { destroy(): void };
}

/** A mail server on this machine. `mail` resolves to the provider's mood for one recipient, as an HTTP status. */
export class PostOffice {
	private readonly server: SMTPServer;

	constructor(mail: (to: string | null) => Promise<{ readonly status: number }>) {
		this.server = new SMTPServer({
			authOptional: true,
			disabledCommands: ['STARTTLS'],
			onAuth: (_auth, _session, done) => done(null, { user: 'x' }),
			onData: (stream, session, done) => {
				stream.resume();
				stream.once('end', () => {
					void (async () => {
						let worst = 200;
						for (const { address } of session.envelope.rcptTo)
							worst = Math.max(worst, (await mail(address)).status);
						if (worst === 200) done(null, 'queued');
						else if (worst === 422) done(Object.assign(new Error('not taken'), { responseCode: 550 }));
						else this.hangUp(session.id);
					})();
				});
			},
		});
		// A client that hangs up is no fault of the server.
		this.server.on('error', () => undefined);
	}

	/**
	 * Takes the mail and breaks off before it says so: who answers 4yz or 5yz has not taken it (RFC 5321, 4.2.1), so nothing else
	 * leaves open whether it was.
	 */
	private hangUp(id: string): void {
		const open = this.server.connections as ReadonlySet<Open>;
		for (const one of open) if (one.id === id) one._socket.destroy();
	}

	/** Resolves to its port on 127.0.0.1. */
	async start(): Promise<number> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return (this.server.server.address() as AddressInfo).port;
	}

	async stop(): Promise<void> {
		await new Promise<void>((resolve) => this.server.close(resolve));
	}
}
