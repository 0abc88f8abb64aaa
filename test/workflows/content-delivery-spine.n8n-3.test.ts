import { afterAll, beforeAll } from '@jest/globals';
import { asN8n3 } from '../../testbed/engine/n8n-3';
// Registers every test of the spine a second time: here they run with the data proxy of n8n 3.
import './content-delivery-spine.test';

let restore: () => void;
beforeAll(() => {
	restore = asN8n3();
});
afterAll(() => restore());
