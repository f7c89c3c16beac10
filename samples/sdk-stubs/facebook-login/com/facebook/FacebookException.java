package com.facebook;

/** Stand-in. */
public class FacebookException extends RuntimeException {}
