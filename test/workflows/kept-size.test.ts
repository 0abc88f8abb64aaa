import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { stringify } from 'flatted';
import { keptSize } from '../../app/doctor/kept-size';
import { createSpineFixture, type SpineFixture } from './fixture';

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(90);
});
afterEach(async () => await fixture.close());

it('is of the size that doctor tells: what a run of the spine gives n8n to keep', async () => {
	await fixture.configure();
	const { run, json, error } = await fixture.runTemplate('content-delivery-spine.json', {
		startNode: 'Check Every 15 Minutes',
	});
	expect(error).toBeUndefined();
	const deliveries = json('Commit Delivery', 1).length;
	expect(deliveries).toBeGreaterThan(50);
	// n8n writes the run into `execution_data` in this form (`ExecutionPersistence`, n8n 2.40).
	const perDelivery = Buffer.byteLength(stringify(run.data)) / deliveries;
	const told = (keptSize.spineMb * 1e6) / 1_000;
	expect(perDelivery).toBeGreaterThan(told / 2);
	expect(perDelivery).toBeLessThan(told * 2);
});
