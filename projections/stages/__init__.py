"""How deals go through the stages: visits, funnel, times, velocity, slips and milestones."""
