type Values = Readonly<Record<string, readonly string[]>>

/**
 * What tells the branches of a `oneOf` apart. The specifications leave it to their SDK, so that as they stand most bodies
 * match several branches, and "exactly one" would refuse what PingOne takes.
 */
export const UNION_BRANCHES: Readonly<Record<string, Values>> = {
  ApplicationSAML: { protocol: ['SAML'] },
  ApplicationOIDC: { protocol: ['OPENID_CONNECT'] },
  ApplicationWSFED: { protocol: ['WS_FED'] },
  ApplicationExternalLink: { protocol: ['EXTERNAL_LINK'] },
  ApplicationPingOnePortal: { type: ['PING_ONE_PORTAL'] },
  ApplicationPingOneSelfService: { type: ['PING_ONE_SELF_SERVICE'] },

  Gateway: { type: ['PING_FEDERATE', 'PING_INTELLIGENCE', 'API_GATEWAY_INTEGRATION'] },
  GatewayTypeLDAP: { type: ['LDAP'] },
  GatewayTypeRADIUS: { type: ['RADIUS'] },

  IdentityProviderFacebook: { type: ['FACEBOOK'] },
  IdentityProviderClientIDClientSecret: {
    type: ['GOOGLE', 'LINKEDIN', 'LINKEDIN_OIDC', 'TWITTER', 'AMAZON', 'YAHOO', 'GITHUB'],
  },
  IdentityProviderOIDC: { type: ['OPENID_CONNECT'] },
  IdentityProviderApple: { type: ['APPLE'] },
  IdentityProviderPaypal: { type: ['PAYPAL'] },
  IdentityProviderMicrosoft: { type: ['MICROSOFT'] },
  IdentityProviderSAML: { type: ['SAML'] },

  SignOnPolicyActionLogin: { type: ['LOGIN'] },
  SignOnPolicyActionMFA: { type: ['MULTI_FACTOR_AUTHENTICATION'] },
  SignOnPolicyActionIDFirst: { type: ['IDENTIFIER_FIRST'] },
  SignOnPolicyActionIDP: { type: ['IDENTITY_PROVIDER'] },
  SignOnPolicyActionAgreement: { type: ['AGREEMENT'] },
  SignOnPolicyActionProgressiveProfiling: { type: ['PROGRESSIVE_PROFILING'] },
  SignOnPolicyActionPingID: { type: ['PINGID_AUTHENTICATION'] },
  SignOnPolicyActionPingIDWinLoginPasswordless: { type: ['PINGID_WINLOGIN_PASSWORDLESS_AUTHENTICATION'] },

  TemplateContentEmail: { deliveryMethod: ['Email'] },
  TemplateContentSMS: { deliveryMethod: ['SMS'] },
  TemplateContentPush: { deliveryMethod: ['Push'] },
  TemplateContentVoice: { deliveryMethod: ['Voice'] },

  NotificationsSettingsPhoneDeliverySettingsCustom: { provider: ['CUSTOM_PROVIDER'] },
  NotificationsSettingsPhoneDeliverySettingsTwilioSyniverse: { provider: ['CUSTOM_TWILIO', 'CUSTOM_SYNIVERSE'] },

  RiskPredictorAdversaryInTheMiddle: { type: ['ADVERSARY_IN_THE_MIDDLE'] },
  RiskPredictorAnonymousNetwork: { type: ['ANONYMOUS_NETWORK'] },
  RiskPredictorBotDetection: { type: ['BOT'] },
  RiskPredictorComposite: { type: ['COMPOSITE'] },
  RiskPredictorCustom: { type: ['MAP'] },
  RiskPredictorDevice: { type: ['DEVICE'] },
  RiskPredictorEmailReputation: { type: ['EMAIL_REPUTATION'] },
  RiskPredictorGeovelocity: { type: ['GEO_VELOCITY'] },
  RiskPredictorIPReputation: { type: ['IP_REPUTATION'] },
  RiskPredictorTrafficAnomaly: { type: ['TRAFFIC_ANOMALY'] },
  RiskPredictorUserLocationAnomaly: { type: ['USER_LOCATION_ANOMALY'] },
  RiskPredictorUserRiskBehavior: { type: ['USER_RISK_BEHAVIOR'] },
  RiskPredictorVelocity: { type: ['VELOCITY'] },
}

/** A branch that every type of predictor has one of its own for. */
export const SUPERFLUOUS_BRANCHES: readonly string[] = ['RiskPredictorCommon']
