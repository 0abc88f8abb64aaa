import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Ledger } from '../ledger/api';
import type { ContactDirectory } from '../ports/contacts';
import type { WorkflowHost } from '../ports/workflows';

/** Turns text into stored bytes and back: compressed, and sealed where a key is set. */
export interface BytesCodec {
	pack(text: string): Uint8Array;
	/** Throws a catalogue error for bytes that cannot be opened. */
	unpack(bytes: Uint8Array): string;
}

/** What capture, apply, restore and drill work with. */
export interface SnapshotPorts {
	readonly ledger: Pick<Ledger, 'records' | 'blobs' | 'spines' | 'deliveries' | 'events'>;
	readonly codec: BytesCodec;
	/** `null` where no account is connected; then nothing of it may be asked for. */
	readonly contacts: ContactDirectory | null;
	/** `null` where no instance is connected. */
	readonly workflows: WorkflowHost | null;
	readonly clock: () => Instant;
	/** Who asks, for events. */
	readonly by: string;
	/** Told after each chunk; one sentence without contact data. */
	readonly progress?: (sentence: string) => void;
}

/** The account. @throws `snapshot-no-hubspot` */
export function directoryIn({ contacts }: SnapshotPorts): ContactDirectory {
	if (!contacts) throw gateError('snapshot-no-hubspot');
	return contacts;
}

/** The instance. @throws `snapshot-no-n8n` */
export function hostIn({ workflows }: SnapshotPorts): WorkflowHost {
	if (!workflows) throw gateError('snapshot-no-n8n');
	return workflows;
}

/** Contacts worked on at once: four batches with history (50 each), two writes (100 each). Bounds the memory. */
export const CHUNK = 200;

/** Ids of contacts, ascending, after `afterId`. */
export type ContactSource = (afterId: string | null) => AsyncIterable<readonly string[]>;
