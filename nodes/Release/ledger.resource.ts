import * as accept from './operations/ledger-accept.operation';
import * as deliveries from './operations/ledger-deliveries.operation';
import * as erase from './operations/ledger-erase.operation';
import * as head from './operations/ledger-head.operation';
import * as prune from './operations/ledger-prune.operation';
import * as reseal from './operations/ledger-reseal.operation';
import * as verify from './operations/ledger-verify.operation';
import type { Resource } from './resource';

export const ledger: Resource = {
	option: { name: 'Ledger', value: 'ledger', description: 'The durable record of deliveries and events' },
	operations: { accept, erase, deliveries, prune, reseal, head, verify },
	first: 'verify',
};
