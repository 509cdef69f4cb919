/** Our own detection names: what | ATT&CK techniques | variants. Crossed they give the rule list. */
const LINES = `
Encoded PowerShell command line|T1059.001|from an office program;on a server;by a service account
Script interpreter started from a mail attachment|T1204.002,T1059.005|in a temp folder;after a download;on a kiosk
Credential store read by an unusual process|T1003.001|on a domain controller;on a workstation;after a remote logon
Shadow copies removed|T1490|by a script;over remote management;outside a backup window
New service with a random name|T1543.003|on a server;from an administrative share;within a minute of logon
Scheduled task created remotely|T1053.005|on many hosts;by a new account;with an encoded action
Remote management protocol between workstations|T1021.006|first seen pair;outside business hours;after a failed logon
Many failed logons, then one success|T1110.003|on the VPN;on mail;on a directory
Impossible travel|T1078.004|to mail;to the cloud console;with a new device
Multi-factor prompts refused repeatedly|T1621|then accepted;from a new country;for an administrator
Consent given to an unknown cloud application|T1528|with mail scope;with file scope;by an administrator
Mail forwarding rule to an outside domain|T1114.003|hidden from the owner;for an executive mailbox;on many mailboxes
Rare domain contacted at fixed intervals|T1071.001|by a system process;from a server;with small answers
Long DNS names to one zone|T1071.004,T1572|from a workstation;with high entropy;at night
Large upload to a file-sharing site|T1567.002|before a leave date;by a service account;with an archive
Archive tool run with a password|T1560.001|on a file server;from a temp folder;before an upload
Security agent stopped|T1562.001|by a script;on a server;outside maintenance
Audit log cleared|T1070.001|on a domain controller;on a server;by a remote session
Firewall rule opened for any address|T1562.004|in the cloud;on a server;on an edge device
Access key used from a new network|T1552.005,T1078.004|for storage;for compute;for identity
Storage bucket made public|T1530|with backups;with client data;by a pipeline
Snapshot shared with an outside account|T1537|of a database;of a disk;by a new role
Role with full rights attached|T1098.003|to a user;to a function;outside a change window
Compute started in an unused region|T1535|with graphics cards;by a new key;in bulk
Container started with host rights|T1610,T1611|in production;from an unknown image;by a user
Metadata service called from a container|T1552.005|with a token request;from a web server;repeatedly
Web server started a shell|T1505.003|on a public host;after an upload;as root
Injection pattern in a web request|T1190|answered with 200;from one address;against a login page
Known exploited weakness attempted|T1190|against a VPN;against mail;against a file transfer product
Directory replication by a non-controller|T1003.006|with a new account;from a workstation;at night
Service tickets requested in bulk|T1558.003|with weak encryption;by one account;from a new host
Golden ticket traits|T1558.001|on a file server;on a controller;with an unknown account
New domain administrator|T1098,T1136.002|outside a change window;by a script;from a jump host
Group policy changed|T1484.001|with a start-up script;by a new account;at a weekend
Library loaded from a user folder|T1574.002|by a signed program;by a security product;on many hosts
Unsigned driver loaded|T1068|known as vulnerable;on a server;from a temp folder
Start-up entry in the registry|T1547.001|pointing to a temp folder;by a script;on many hosts
Signed system program used as a proxy|T1218.011|with a remote address;from office;with odd parameters
Office macro wrote a program|T1566.001,T1204.002|and ran it;to start-up;over the network
USB storage with an autorun file|T1091|on a production line;on a server;on a kiosk
Port scan inside the network|T1046|from a workstation;from a printer;over many segments
Share enumeration|T1135|by one account;from a new host;in minutes
Directory queried in bulk|T1087.002|by a graph tool;from a workstation;by a service account
Remote access tool installed|T1219|not on the list;by a user;on a server
Tunnel tool on the network|T1572|on port 443;to a rented host;from a server
Anonymising network contacted|T1090.003|from a server;from a workstation;with upload
Coin-mining traffic|T1496|from the cloud;from a server;from a container
Files renamed in bulk|T1486|with a new suffix;on a share;by one process
Backup job deleted|T1490|by a new account;for all servers;before a change
Mailbox searched for keys|T1114.002|by a delegate;through an interface;at night
Password spray against the directory|T1110.003|slow;from the cloud;from one network
Dormant account used|T1078.002|on the VPN;on a server;by a service
Logon by a terminated contractor account|T1078|on mail;on the VPN;on a build server
Build pipeline secret printed|T1552.001|in a public log;by a new step;repeatedly
Source repository cloned in bulk|T1213.003|by one token;from a new network;at a weekend
Industrial controller mode changed|T0858|outside maintenance;by an engineering station;remotely
Unknown device on a production segment|T1200|with a vendor prefix;at night;next to a controller
Wireless access point impersonated|T1557|in an office;in a warehouse;in a clinic
Malware found and not removed|T1204|on a server;on a workstation;in mail
Malware found and removed|T1204|in a download;on a share;in an archive
Phishing link opened|T1566.002|after delivery;by many users;on a mobile device
Look-alike domain registered|T1583.001|for the client;for a supplier;with mail records
Leaked password found|T1589.001|for a user;for an administrator;for a shared account
Certificate issued with a user-chosen name|T1649|by a template;for an administrator;to a workstation
Print service wrote a program|T1068|on a server;on a controller;remotely
Proxy avoided|T1090|by a workstation;by a script;on a fixed port
Time changed on a host|T1070.006|on a controller;on a server;by a script
Database dumped|T1005|to a share;by an application account;at night
Privileged shell by a web account|T1548.003|on a public host;repeatedly;after an upload
Key added to authorised keys|T1098.004|for root;by a script;on many hosts
Kernel module loaded|T1547.006|on a server;not signed;in a container host
Cron entry with a download|T1053.003|as root;on a web server;in a container
Shell with a network socket|T1059.004|on a web server;in a container;as root
Voice phishing call reported|T1598|to the service desk;for a reset;repeatedly
Session cookie used from two networks|T1539,T1550.004|for mail;for the cloud console;for an administrator
Device joined with a stolen token|T1098.005|at night;with an old system;from abroad
Conditional access policy changed|T1556.009|by a new role;for all users;outside a change window
Log forwarding changed|T1562.008|in the cloud;on a firewall;on a server
Guest invited to many teams|T1136.003|from a free mailbox;by one user;at a weekend
Sensitive file read by many hosts|T1039|on a share;in the cloud;by one account
Honey account touched|T1087|from a workstation;from a server;by a script
Honey file opened|T1083|on a share;in the cloud;in a mailbox
Legacy protocol logon|T1078.004|to mail;to files;by a printer
Large number of denied connections|T1046|from one host;to one port;from the cloud
Unusual volume of name queries|T1071.004|from one host;to one zone;from a segment
Software packed with an unknown packer|T1027.002|in a download;on a server;in a temp folder
Browser extension not on the list|T1176|with page access;on many hosts;on a server
Clipboard read by a remote session|T1115|on a jump host;repeatedly;on a kiosk
`;
export interface RuleName { readonly name: string; readonly attack: readonly string[] }
export const RULE_NAMES: readonly RuleName[] = [0, 1, 2].flatMap(variant => LINES.trim().split('\n').map(line => {
  const [what, techniques, variants] = line.split('|') as [string, string, string];
  return { name: `${what} ${variants.split(';')[variant]!}`, attack: techniques.split(',') };
}));
