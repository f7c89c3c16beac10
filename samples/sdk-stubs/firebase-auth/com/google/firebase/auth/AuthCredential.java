package com.google.firebase.auth;

/** Stand-in. */
public class AuthCredential {}
