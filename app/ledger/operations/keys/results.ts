import type { DeliveryRef } from '../../../../core/delivery/types';
import type { LedgerContext } from '../../context';

/** What a result's seal is bound to. No spine has such a name. */
const sealedFor = (scope: string, key: string): DeliveryRef => ({
	spine: 'key claim',
	space: 'live',
	slot: scope,
	recipient: key,
});

/** What is stored of a result (JSON). It is wrapped: what is stored unsealed must be an object. */
export const sealResult = ({ codec }: LedgerContext, scope: string, key: string, json: string): string =>
	codec.seal(sealedFor(scope, key), `{"result":${json}}`);

/** The result (JSON) of what was stored. @throws `ledger-input-locked`, `ledger-input-damaged` */
export const openResult = ({ codec }: LedgerContext, scope: string, key: string, stored: string): string =>
	codec.open(sealedFor(scope, key), stored).slice('{"result":'.length, -1);
