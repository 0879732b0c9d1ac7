"""Signing in through a provider of the office (OpenID Connect): the provider says who, our accounts say what he may."""
