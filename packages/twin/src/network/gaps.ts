/** What the network and its hosts do not model, whatever the template says. */
export const networkGaps: readonly string[] = [
  'network: IPv6, UDP, ICMP, network ACLs, peering, transit gateways, VPN, Network Firewall, Route 53 rules and zones of a template',
  'hosts: everything but HTTP and TLS on port 443 and their proxies on port 3128; instance metadata; who may start an SSM session',
  'functions: connections other than http, https and fetch; child processes and worker threads; layers; more than 4 events at once',
]
