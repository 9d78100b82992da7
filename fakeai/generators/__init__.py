"""Stages that write the outcome; an endpoint picks one."""
