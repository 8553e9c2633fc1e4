"""The labels by which everything of a lab is known on the engine."""

LAB_LABEL = "org.labctl.lab"
SERVICE_LABEL = "org.labctl.service"
SITE_LABEL = "org.labctl.site"
WORKSHOP_LABEL = "org.labctl.workshop"  # of a seat only, and the next, too
SEAT_LABEL = "org.labctl.seat"
PORTS_LABEL = "org.labctl.ports"  # where a service is published, also while it does not run
GATEWAY_LABEL = "org.labctl.gateway"  # of the one way into a workshop's seats
DIGEST_LABEL = "org.labctl.digest"
SWARM_LABEL = "org.labctl.swarm"  # of what a node keeps of a lab on a Swarm: no lab of its own
SWARM_SERVICE = "com.docker.swarm.service.name"  # every container of a Swarm's task has it
