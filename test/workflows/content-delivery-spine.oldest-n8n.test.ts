// Registers every test of the spine a second time: here they run in the libraries of the oldest supported n8n.
import './content-delivery-spine.test';
