// Registers the comparison with n8n's own helper a second time: here it runs in the libraries of the oldest supported n8n.
import './links.property.test';
